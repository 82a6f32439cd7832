import assert from 'node:assert/strict'
import test from 'node:test'
import { ask } from '../../js/hooks.mjs'
import { Server } from '../../js/server.mjs'

const OURS = '/srv/ComfyUI/custom_nodes/comfyui-fit-ad.core.errors.FitAdError'
const REFUSED = () => ({ node_errors: { 4: { errors: [
  { type: 'custom_validation_failed', details: 'font - \'x\' is not a colour. Try again - later.' },
  { type: 'custom_validation_failed', details: 'font' },
  { type: 'value_not_in_list', details: 'tone - Try again.' },
] } } })

function comfyui(locale, answer = {}) {
  const heard = {}
  const api = {
    fetchApi: async () => ({ ok: false, status: 400, json: async () => answer }),
    apiURL: (path) => `/base${path}`,
    addEventListener: (name, listener) => (heard[name] = listener),
    queuePrompt: async (number) => {
      if (number) return { prompt_id: 'p' }
      throw Object.assign(new Error('refused'), { response: REFUSED() })
    },
  }
  const app = { extensionManager: { setting: { get: () => locale } } }
  return { server: new Server({ app, api }), api, heard }
}

async function run(locale, exception_type, exception_message) {
  const { server, heard } = comfyui(locale)
  server.listen()
  await server.learn()
  const detail = { exception_type, exception_message }
  heard.execution_error({ detail })
  return [detail.exception_type, detail.exception_message]
}

test('an error of a run is in the language of the interface, without the path of its class', async () => {
  assert.deepEqual(await run('ko', OURS, 'The photo a.jpg is empty (0 bytes). Choose another picture.\n'), [
    'Fit-AD', '사진 a.jpg이(가) 비어 있습니다(0바이트) 다른 그림을 고르세요.'])
  assert.deepEqual(await run('en', OURS, 'Choose another picture.\n'), ['Fit-AD', 'Choose another picture.'])
})

test('an error of others is left to them', async () => {
  for (const type of ['ValueError', 'other_pack.core.errors.FitAdError', 'comfyui-fit-ad.core.raster.photo.KeyError']) {
    assert.deepEqual(await run('ko', type, 'Try again.\n'), [type, 'Try again.\n'])
  }
})

test('what the check before a run says is translated where it is ours, and the error goes on', async () => {
  const { server, api } = comfyui('ko')
  server.listen()
  await server.learn()
  assert.deepEqual(await api.queuePrompt(1), { prompt_id: 'p' })
  const error = await api.queuePrompt(0).catch((thrown) => thrown)
  const details = error.response.node_errors[4].errors.map((one) => one.details)
  assert.deepEqual(details, ["font - 'x'은(는) 색이 아닙니다. Try again - later.", 'font', 'tone - Try again.'])
})

test('what a route answers is translated part by part', async () => {
  const error = { what: 'The preview failed', why: 'disk: full', fix: "Choose another picture" }
  const asked = async (locale) => (await ask(comfyui(locale, { error }).server, '/fit_ad/place', {})).data.error
  assert.deepEqual(await asked('ko'), { what: '미리보기를 만들지 못했습니다', why: 'disk: full', fix: '다른 그림을 고르세요' })
  assert.deepEqual(await asked('en'), error)
})
