import assert from 'node:assert/strict'
import test from 'node:test'
import { fileOf, letteringOf, originOf, photoOf, settingOf } from '../../js/lib/source.mjs'

/** A small stand-in for the editor's graph: nodes by id, links as [id, from, slot, to, slot]. */
function graph(nodes, links = [], root = null) {
  const made = { nodes, links: new Map(), getNodeById: (id) => nodes.find((node) => node.id === id) }
  made.rootGraph = root ?? made
  for (const node of nodes) node.graph = made
  for (const [id, from, slot, to, target] of links) {
    made.links.set(id, { origin_id: from, origin_slot: slot, target_id: to, target_slot: target })
    const node = nodes.find((each) => each.id === to)
    if (node) node.inputs[target].link = id
  }
  return made
}

const input = (name, type = '*') => ({ name, type, link: null })
const field = (name, value) => ({ name, value })
const photo = (id, value = 'cup.png') => ({ id, type: 'LoadImage', widgets: [field('image', value)], inputs: [input('image')] })
const placer = (id = 9) => ({ id, type: 'TextPlacer', inputs: [input('background'), input('overlay'), input('x')], widgets: [field('x', 50)] })
const lettering = (id) => ({
  id,
  type: 'CalligraphyRender',
  inputs: [input('text'), input('effects')],
  widgets: [field('text', '특가'), field('size', 0), { name: 'panel', value: '', serialize: false }],
})
const reroute = (id) => ({ id, type: 'Reroute', inputs: [input('', 'IMAGE')], outputs: [{ type: 'IMAGE' }] })

const FILES = [
  ['cup.png', { name: 'cup.png', subfolder: '', type: 'input' }],
  ['a/b/cup.png', { name: 'cup.png', subfolder: 'a/b', type: 'input' }],
  ['ad_1.png [output]', { name: 'ad_1.png', subfolder: '', type: 'output' }],
  ['clipspace\\x.png [temp]', { name: 'x.png', subfolder: 'clipspace', type: 'temp' }],
]
for (const [value, want] of FILES) test(`the file of ${value}`, () => assert.deepEqual(fileOf(value), want))

test('the photo is found through reroutes', () => {
  const node = placer()
  graph([photo(1), reroute(2), reroute(3), node], [[1, 1, 0, 2, 0], [2, 2, 0, 3, 0], [3, 3, 0, 9, 0]])
  assert.equal(photoOf(node, 'background').name, 'cup.png')
})

test('the photo is found through a bypassed node, not through a muted one', () => {
  const node = placer()
  const blur = { id: 2, type: 'Blur', mode: 4, inputs: [input('mask', 'MASK'), input('image', 'IMAGE')], outputs: [{ type: 'IMAGE' }] }
  graph([photo(1), blur, node], [[1, 1, 0, 2, 1], [2, 2, 0, 9, 0]])
  assert.equal(photoOf(node, 'background').name, 'cup.png')
  blur.mode = 2
  assert.equal(photoOf(node, 'background'), null)
})

test('another node, the mask of a photo, a name over a link give no photo', () => {
  const node = placer()
  const blur = { id: 2, type: 'Blur', inputs: [], outputs: [{ type: 'IMAGE' }] }
  const named = photo(3)
  graph([photo(1), blur, named, node], [[1, 2, 0, 9, 0], [2, 2, 0, 3, 0]])
  assert.equal(photoOf(node, 'background'), null)
  node.graph.links.set(1, { origin_id: 1, origin_slot: 1 })
  assert.equal(photoOf(node, 'background'), null)
  node.graph.links.set(1, { origin_id: 3, origin_slot: 0 })
  assert.equal(photoOf(node, 'background'), null)
})

function nested({ hosts = 1, linked = true } = {}) {
  const node = placer()
  const source = photo(1)
  const host = (id) => ({ id, type: 'uuid', inputs: [{ ...input('photo'), link: null }, { ...input('x'), widget: { name: 'x' } }], widgets: [field('x', 12)] })
  const shown = Array.from({ length: hosts }, (_, i) => host(20 + i))
  const root = graph([source, ...shown], linked ? [[1, 1, 0, 20, 0]] : [])
  const inner = graph([node], [[5, -10, 0, 9, 0], [6, -10, 1, 9, 2]], root)
  root.subgraphs = new Map([['inner', inner]])
  for (const each of shown) each.subgraph = inner
  return { node, shown }
}

test('the photo is found across the edge of a subgraph', () => {
  assert.equal(photoOf(nested().node, 'background').name, 'cup.png')
  assert.equal(photoOf(nested({ linked: false }).node, 'background'), null)
})

test('a subgraph that is used twice tells nothing', () => {
  assert.equal(photoOf(nested({ hosts: 2 }).node, 'background'), null)
})

test('the photo is found inside a subgraph', () => {
  const node = placer()
  const inner = graph([photo(1)], [])
  inner.links.set(4, { origin_id: 1, origin_slot: 0 })
  inner.outputs = [{ linkIds: [4] }]
  const root = graph([{ id: 2, type: 'uuid', subgraph: inner, inputs: [] }, node], [[1, 2, 0, 9, 0]])
  inner.rootGraph = root
  assert.equal(photoOf(node, 'background').name, 'cup.png')
})

test('a field on the subgraph node is the one that counts', () => {
  const { node, shown } = nested()
  assert.deepEqual(settingOf(node, 'x'), { value: 12, linked: false, widget: shown[0].widgets[0] })
})

test('a field, a primitive, a link', () => {
  const node = placer()
  graph([node])
  assert.equal(settingOf(node, 'x').value, 50)
  graph([{ id: 1, type: 'PrimitiveFloat', widgets: [field('value', 7)] }, node], [[1, 1, 0, 9, 2]])
  assert.equal(settingOf(node, 'x').value, 7)
  graph([{ id: 1, type: 'Sum', widgets: [field('value', 7)] }, node], [[1, 1, 0, 9, 2]])
  assert.deepEqual(settingOf(node, 'x'), { value: undefined, linked: true, widget: null })
})

test('lettering whose fields are all known gives its values', () => {
  const node = placer()
  graph([lettering(1), node], [[1, 1, 0, 9, 1]])
  assert.deepEqual(letteringOf(node, 'overlay'), { text: '특가', size: 0 })
})

test('effects come along', () => {
  const node = placer()
  const effects = { id: 2, type: 'LetteringEffects', inputs: [], widgets: [field('glow', 0.5)] }
  graph([lettering(1), effects, node], [[1, 1, 0, 9, 1], [2, 2, 0, 1, 1]])
  assert.deepEqual(letteringOf(node, 'overlay'), { text: '특가', size: 0, effects: { glow: 0.5 } })
})

test('lettering with a text from another node has to run first', () => {
  const node = placer()
  graph([lettering(1), { id: 2, type: 'AdCopyLLM', inputs: [] }, node], [[1, 1, 0, 9, 1], [2, 2, 0, 1, 0]])
  assert.equal(letteringOf(node, 'overlay'), null)
})

test('the depth of the lettering is not an overlay to preview', () => {
  const node = placer()
  graph([lettering(1), node], [[1, 1, 2, 9, 1]])
  assert.equal(letteringOf(node, 'overlay'), null)
})

test('a ring of links ends', () => {
  const node = placer()
  graph([reroute(1), reroute(2), node], [[1, 1, 0, 2, 0], [2, 2, 0, 1, 0], [3, 2, 0, 9, 0]])
  assert.equal(originOf(node, 'background'), null)
})

for (const odd of [undefined, null, {}, { inputs: 3 }, { inputs: [null] }, { inputs: [{ name: 'background', link: 5 }], graph: {} }]) {
  test(`an odd node has no source: ${JSON.stringify(odd)}`, () => assert.equal(photoOf(odd, 'background'), null))
}
