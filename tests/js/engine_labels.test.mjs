import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markMissing, missingIn } from '../../js/engine_labels.mjs'

/** A node as ComfyUI makes it of what the server says. */
function node(spec, options = { values: ['auto', 'ben2', 'grabcut'] }) {
  class AdCutout {}
  AdCutout.nodeData = { input: { required: { engine: ['COMBO', spec] } } }
  return Object.assign(new AdCutout(), { widgets: [{ name: 'image' }, { name: 'engine', value: 'auto', options }] })
}

const labels = (made) => made.widgets[1].options.values.map((value) => made.widgets[1].options.getOptionLabel(value))

test('an engine that is not installed is marked, its value stays', () => {
  const made = node({ not_installed: ['ben2'] })
  markMissing(made, 'engine', 'en')
  assert.deepEqual(labels(made), ['auto', 'ben2 (not installed)', 'grabcut'])
  assert.deepEqual(made.widgets[1].options.values, ['auto', 'ben2', 'grabcut'])
  assert.equal(made.widgets[1].options.getOptionLabel(null), '')
})

test('labels that are there already are kept, and the mark speaks Korean', () => {
  const made = node({ not_installed: ['ben2'] }, { values: ['ben2'], getOptionLabel: (value) => `<${value}>` })
  markMissing(made, 'engine', 'ko')
  assert.deepEqual(labels(made), ['<ben2> (설치되지 않음)'])
})

test('where nothing is missing or the node is another one, nothing changes', () => {
  for (const made of [node({}), node({ not_installed: 'ben2' }), node(undefined), { widgets: [] }, {}]) {
    markMissing(made, 'engine', 'en')
    assert.equal(made.widgets?.[1]?.options.getOptionLabel, undefined)
  }
  assert.deepEqual(missingIn({ input: { optional: { engine: [[], { not_installed: ['a', 3] }] } } }, 'engine'), ['a'])
})
