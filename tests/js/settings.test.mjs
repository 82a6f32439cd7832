import assert from 'node:assert/strict'
import test from 'node:test'
import { fontChoices, labelsFor, pictureAddress, viewOf, wordsIn, writerNote, writers } from '../../js/lib/settings.mjs'
import { SettingsStore, Refusal } from '../../js/settings/store.mjs'

const VIEW = {
  file: '/home/me/config.yaml',
  page_file: '/home/me/config.page.json',
  there: true,
  beaten_by: '',
  default_profile: '',
  profiles: [
    { name: 'openai', model: 'gpt-5-mini', key: 'set', key_env: 'OPENAI_API_KEY' },
    { name: 'ollama', model: 'qwen', key: 'none', key_env: '' },
    { name: 'far', model: 'm', key: 'missing', key_env: 'FAR_KEY' },
    { name: 'own', model: 'm', key: 'in file', key_env: '' },
  ],
  shop: { name: '봄날 카페', phone: '', logo: '', colors: [], font: '', banned_words: [] },
  fonts: ['Pretendard Bold', 'Nanum Pen'],
}
const EN = labelsFor('en')

for (const [chosen, note] of [
  ['', 'The first profile of the settings file whose key is set, else the rules.'],
  ['rules', 'Written on this machine, at no cost.'],
  ['openai', 'The key in OPENAI_API_KEY is set.'],
  ['ollama', 'Needs no key.'],
  ['far', 'FAR_KEY is not set, so the rules write. Set it and restart ComfyUI.'],
  ['own', 'Its key stands in the settings file.'],
]) {
  test(`of the default profile '${chosen}' it is said: ${note}`, () => {
    assert.equal(writerNote({ ...VIEW, default_profile: chosen }, EN), note)
  })
}

test('what the environment says instead is said first', () => {
  const view = { ...VIEW, default_profile: 'openai', beaten_by: 'ollama' }
  assert.equal(writerNote(view, EN), 'FIT_AD_PROFILE says ollama; that counts instead.')
})

test('who can write by default', () => {
  assert.deepEqual(writers(VIEW, EN).slice(0, 3), [['', 'Automatic'], ['rules', 'Rules, no network'], ['openai', 'openai · gpt-5-mini']])
})

test('a font that is set but not here stays among the choices', () => {
  const view = { ...VIEW, shop: { ...VIEW.shop, font: 'Gone' } }
  assert.deepEqual(fontChoices(view, EN).slice(0, 3), [['', 'None of its own'], ['Gone', 'Gone (not here)'], ['Pretendard Bold', 'Pretendard Bold']])
  assert.equal(fontChoices(VIEW, labelsFor('ko'))[0][1], '정하지 않음')
})

test('words are separated by commas of any kind, each once', () => {
  assert.deepEqual(wordsIn(' 싸구려, 떨이 ,, 1+1，떨이、최고 '), ['싸구려', '떨이', '1+1', '최고'])
  assert.deepEqual(wordsIn(''), [])
})

test('a picture is shown from the input folder and from nowhere else', () => {
  assert.equal(pictureAddress('fit_ad/봄 logo.png'), `/view?filename=${encodeURIComponent('봄')}+logo.png&subfolder=fit_ad&type=input`)
  assert.equal(pictureAddress('logo.png'), '/view?filename=logo.png&subfolder=&type=input')
  for (const path of ['', '~/logo.png', '/home/me/logo.png', 'C:/logo.png', 'c:\\logo.png', '../logo.png', 'a/../b.png', 'a\\b.png']) {
    assert.equal(pictureAddress(path), null, path)
  }
})

test('only an answer of the right shape counts', () => {
  assert.equal(viewOf(VIEW), VIEW)
  for (const odd of [null, [], 'x', {}, { ...VIEW, fonts: 1 }, { ...VIEW, shop: {} }, { ...VIEW, file: null }]) assert.equal(viewOf(odd), null)
})

/** A server that answers with the view, changed as asked, or with the next of `answers`. */
function server(...answers) {
  const asked = []
  let view = VIEW
  const api = {
    async fetchApi(path, options) {
      const { changes } = JSON.parse(options.body)
      asked.push([path, options.method, options.headers['Content-Type'], changes])
      view = { ...view, shop: { ...view.shop, ...changes } }
      const answer = answers.shift() ?? view
      if (answer instanceof Error) throw answer
      return { json: async () => answer }
    },
  }
  return { api, asked }
}

test('the rows of a page that opens share one question, one that opens later asks again', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 100_000 })
  const { api, asked } = server()
  const store = new SettingsStore(api)
  const [first, second] = await Promise.all([store.read(), store.read()])
  assert.equal(first, second)
  assert.deepEqual(asked, [['/fit_ad/settings', 'POST', 'application/json', undefined]])
  context.mock.timers.tick(1001)
  await store.read()
  assert.equal(asked.length, 2)
})

test('changes go one after the other, and all rows hear of them', async () => {
  const { api, asked } = server()
  const store = new SettingsStore(api)
  const heard = []
  store.readers.add((view) => heard.push([view.shop.name, view.shop.phone]))
  await store.read()
  await Promise.all([store.write({ name: 'A' }), store.write({ phone: '1' })])
  assert.deepEqual(asked.map((each) => each[3]), [undefined, { name: 'A' }, { phone: '1' }])
  assert.deepEqual(heard, [['A', ''], ['A', '1']])
  assert.equal((await store.read()).shop.phone, '1')
})

test('never two changes are on their way at once', async () => {
  let [flying, most] = [0, 0]
  const { api } = server()
  const slow = async (/** @type {string} */ path, /** @type {any} */ options) => {
    most = Math.max(most, ++flying)
    await new Promise(setImmediate)
    flying--
    return api.fetchApi(path, options)
  }
  const store = new SettingsStore({ ...api, fetchApi: slow })
  const views = await Promise.all(['A', 'B', 'C'].map((name) => store.write({ name })))
  assert.deepEqual([most, views.map((view) => view.shop.name)], [1, ['A', 'B', 'C']])
})

test('a refusal is told in the words of the server, and the next read asks again', async () => {
  const error = { what: 'the settings file holds a mistake', why: "'nmae' stands nowhere", fix: 'did you mean name?' }
  const { api } = server(VIEW, { error })
  const store = new SettingsStore(api)
  await store.read()
  await assert.rejects(store.write({ colors: ['#12'] }), (refusal) => {
    assert.ok(refusal instanceof Refusal)
    assert.equal(refusal.message, "The settings file holds a mistake. 'nmae' stands nowhere. Did you mean name?")
    return true
  })
  assert.equal((await store.read()).file, VIEW.file)
})

test('a server that is away or answers nonsense says nothing of its own', async () => {
  for (const answer of [new TypeError('fetch failed'), { odd: true }, { error: 'x' }]) {
    const failed = await new SettingsStore(server(answer).api).read().catch((refusal) => refusal)
    assert.ok(failed instanceof Error)
    assert.equal(failed instanceof Refusal ? failed.message : '', '')
  }
})
