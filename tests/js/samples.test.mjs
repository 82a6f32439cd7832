import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import test from 'node:test'
import { SAMPLES, samplesIn } from '../../js/lib/samples.mjs'
import { bringSamples } from '../../js/sample_photo.mjs'

const graph = (...nodes) => ({ nodes })
const load = (file) => ({ type: 'LoadImage', widgets_values: [file, 'image'] })

test('every sample is a file of the pack', async () => {
  for (const name of SAMPLES) await access(new URL(`../../js/assets/${name}`, import.meta.url))
})

test('a sample is asked for once, a photo of the user never', () => {
  assert.deepEqual(samplesIn(graph(load('fit-ad-coffee.jpg'), load('mine.png'), load('fit-ad-coffee.jpg'))), ['fit-ad-coffee.jpg'])
})

for (const odd of [undefined, null, 3, {}, { nodes: {} }, graph(null, 5, { type: 'LoadImage' }, { type: 'LoadImage', widgets_values: {} })]) {
  test(`an odd graph asks for none: ${JSON.stringify(odd)}`, () => {
    assert.deepEqual(samplesIn(odd), [])
  })
}

test('a sample that is there is not uploaded again', async () => {
  const calls = []
  const api = { fetchApi: async (path, options) => (calls.push([path, options?.method]), { ok: true }) }
  await bringSamples(graph(load('fit-ad-coffee.jpg')), api, () => assert.fail('nothing new to learn'))
  assert.deepEqual(calls, [['/view?filename=fit-ad-coffee.jpg&type=input', 'HEAD']])
})

test('a server that refuses does not stop the graph from opening', async (t) => {
  const warn = t.mock.method(console, 'warn', () => {})
  await bringSamples(graph(load('fit-ad-coffee.jpg')), { fetchApi: async () => Promise.reject(new Error('away')) }, () => assert.fail('nothing new to learn'))
  assert.equal(warn.mock.callCount(), 1)
})

test('a sample that is missing is uploaded, then the editor is told', async (t) => {
  const photo = new Blob(['photo'], { type: 'image/jpeg' })
  t.mock.method(globalThis, 'fetch', async () => ({ ok: true, blob: async () => photo }))
  const calls = []
  const api = {
    fetchApi: async (path, options) => {
      calls.push([path.split('?')[0], options.method, options.body?.get('image').name])
      return { ok: options.method === 'POST', status: 404 }
    },
  }
  await bringSamples(graph(load('fit-ad-coffee.jpg')), api, async () => calls.push('refreshed'))
  assert.deepEqual(calls, [['/view', 'HEAD', undefined], ['/upload/image', 'POST', 'fit-ad-coffee.jpg'], 'refreshed'])
})
