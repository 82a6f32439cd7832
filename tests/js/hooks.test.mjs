import assert from 'node:assert/strict'
import test from 'node:test'
import { Watch, ask, chain, linkStyle, localeOf } from '../../js/hooks.mjs'

test('a chained method still does and returns what it did, and what is chained hears the same', () => {
  const heard = []
  const node = {
    factor: 2,
    onExecuted(value) {
      heard.push(['before', value])
      return value * this.factor
    },
  }
  chain(node, 'onExecuted', (...given) => heard.push(['after', ...given]))
  assert.equal(node.onExecuted(3, 4), 6)
  assert.deepEqual(heard, [['before', 3], ['after', 3, 4]])
})

test('a method that was not there can be chained, and chained twice', () => {
  const heard = []
  const node = {}
  chain(node, 'onAdded', () => heard.push(1))
  chain(node, 'onAdded', () => heard.push(2))
  assert.equal(node.onAdded(), undefined)
  assert.deepEqual(heard, [1, 2])
})

test('the language is that of the newest interface that has one', () => {
  const newer = { extensionManager: { setting: { get: (id) => ({ 'Comfy.Locale': 'ko' })[id] } } }
  const older = { ui: { settings: { getSettingValue: (id) => ({ 'Comfy.Locale': 'en' })[id] } } }
  assert.deepEqual([newer, older, { ...newer, ...older }, {}].map(localeOf), ['ko', 'en', 'ko', undefined])
})

test('the server is asked in JSON, and an answer that is none is null', async () => {
  const asked = []
  const { signal } = new AbortController()
  const answers = [{ ok: true, status: 200, json: async () => ({ a: 1 }) }, { ok: false, status: 502, json: async () => JSON.parse('<') }]
  const api = { fetchApi: async (...given) => asked.push(given) && answers.shift() }
  assert.deepEqual(await ask(api, '/fit_ad/x', { q: '컵' }, signal), { ok: true, status: 200, data: { a: 1 } })
  assert.deepEqual(await ask(api, '/fit_ad/x', {}), { ok: false, status: 502, data: null })
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
  assert.deepEqual(asked[0], ['/fit_ad/x', { ...options, body: '{"q":"컵"}', signal }])
})

test('a style sheet is linked once', () => {
  const links = []
  globalThis.document = {
    querySelector: (selector) => links.find(({ href }) => selector === `link[href="${href}"]`),
    createElement: () => ({}),
    head: { append: (link) => links.push(link) },
  }
  for (const name of ['a.css', 'b.css', 'a.css']) linkStyle(new URL(`http://127.0.0.1/${name}`))
  delete globalThis.document
  assert.deepEqual(links.map(({ rel, href }) => [rel, href]), [
    ['stylesheet', 'http://127.0.0.1/a.css'],
    ['stylesheet', 'http://127.0.0.1/b.css'],
  ])
})

test('a watch looks at all its things and rests when the last has gone', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const seen = []
  const watch = new Watch((thing) => seen.push(thing), 100)
  const [one, two] = [{}, {}]
  watch.add(one, 'old')
  watch.add(one, 'one')
  watch.add(two, 'two')
  context.mock.timers.tick(100)
  watch.remove(one)
  context.mock.timers.tick(100)
  watch.remove(two)
  watch.remove(two)
  context.mock.timers.tick(1000)
  assert.deepEqual(seen, ['one', 'two', 'two'])
  watch.add(two, 'again')
  context.mock.timers.tick(100)
  watch.remove(two)
  assert.equal(seen.at(-1), 'again')
})
