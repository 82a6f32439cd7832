// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutFacts } from '../../js/lib/facts.mjs'

/**
 * @param {number} id
 * @param {Record<string, unknown>} fields
 * @param {object} [more]
 * @returns {any}
 */
function copy(id, fields, more = {}) {
  const widgets = Object.entries({ shop: '', offer: '', ...fields }).map(([name, value]) => ({ name, value }))
  return { id, type: 'AdCopyLLM', mode: 0, inputs: [], widgets, ...more }
}

const found = (/** @type {any[]} */ ...nodes) => withoutFacts({ nodes }).map(({ node }) => node.id)

test('only where shop and offer are both empty', () => {
  assert.deepEqual(found(copy(1, {}), copy(2, { shop: ' \n' }), copy(3, { shop: '봄날' }), copy(4, { offer: '1+1' })), [1, 2])
})

test('nodes that do not run, and other nodes, are passed over', () => {
  const other = { ...copy(3, {}), type: 'HelperPrompt' }
  assert.deepEqual(found(copy(1, {}, { mode: 2 }), copy(2, {}, { mode: 4 }), other, null), [])
  assert.deepEqual(withoutFacts(null), [])
})

test('what a node that runs feeds is not known, what a primitive holds is', () => {
  const primitive = { id: 1, type: 'PrimitiveString', inputs: [], widgets: [{ name: 'value', value: '' }] }
  const maker = { id: 2, type: 'StringConcatenate', inputs: [], widgets: [] }
  const fed = (/** @type {number} */ id, /** @type {number} */ link) => copy(id, {}, { inputs: [{ name: 'shop', link }] })
  const nodes = [primitive, maker, fed(3, 1), fed(4, 2)]
  const links = new Map([1, 2].map((id) => [id, { origin_id: id, origin_slot: 0 }]))
  const graph = { nodes, links, getNodeById: (/** @type {number} */ id) => nodes.find((one) => one.id === id) }
  for (const node of nodes) Object.assign(node, { graph })
  assert.deepEqual(withoutFacts(graph).map(({ node }) => node.id), [3])
  primitive.widgets[0].value = '봄날'
  assert.deepEqual(withoutFacts(graph), [])
})

test('inside subgraphs, and only what takes part in the run', () => {
  const inner = copy(1, {})
  const host = { id: 7, type: 'uuid', mode: 0, inputs: [], widgets: [], subgraph: { nodes: [inner] } }
  const root = { nodes: [host, copy(8, {})] }
  assert.deepEqual(withoutFacts(root).map(({ node, hosts }) => [node.id, hosts.map((one) => one.id)]), [[1, [7]], [8, []]])
  assert.deepEqual(withoutFacts(root, new Set(['7'])).map(({ node }) => node), [inner])
})
