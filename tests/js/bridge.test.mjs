import assert from 'node:assert/strict'
import test from 'node:test'
import { Bridge } from '../../js/placer/bridge.mjs'

const FIELDS = { text: '특가', x: 50, y: 16, width: 84, height: 22, keep_aspect: true, anchor: 'center', rotation: 0, opacity: 1 }
const REST = { blend: 'normal', safe_zone: 'none', legibility: 'fix', edited: '' }

function placer({ fields = {}, photo = 'cup.png', linked = [], type = 'LoadImage', path = '', now = () => 0 } = {}) {
  const load = { id: 1, type, widgets: [{ name: 'image', value: photo }], inputs: [] }
  const copy = { id: 2, type: 'AdCopyLLM', widgets: [], inputs: [] }
  const widgets = Object.entries({ ...FIELDS, ...REST, ...fields }).map(([name, value]) => ({ name, value }))
  const inputs = [{ name: 'background', link: 1 }, ...linked.map((name) => ({ name, link: 2 }))]
  const node = { id: 7, type: 'TextPlacer', widgets, inputs }
  const nodes = [load, copy, node]
  const links = new Map([[1, { origin_id: 1, origin_slot: 0 }], [2, { origin_id: 2, origin_slot: 0 }]])
  const graph = { nodes, links, getNodeById: (id) => nodes.find((each) => each.id === id) }
  graph.rootGraph = graph
  for (const each of nodes) each.graph = graph
  const extensionManager = { workflow: { activeWorkflow: { path } } }
  const app = { nodeOutputs: {}, extensionManager, graph: { id: 'g' } }
  return { bridge: new Bridge(node, app, now), node, load, app, widget: (name) => widgets.find((each) => each.name === name) }
}

const output = (token) => ({ fit_ad_place: [{ token }] })

test('fields that hold nonsense count as their defaults', () => {
  const { bridge } = placer({ fields: { x: 'left', y: NaN, anchor: 'middle', keep_aspect: 1, edited: null } })
  const { x, y, anchor, keep_aspect, edited } = bridge.read()
  assert.deepEqual([x, y, anchor, keep_aspect, edited], [50, 16, 'center', true, ''])
})

test('writing is as typing: the callback is called, and a finer value than its step stays', () => {
  const { bridge, widget } = placer()
  const called = []
  widget('x').callback = function (value) {
    called.push(value)
    widget('x').value = Math.round(value * 10) / 10
  }
  bridge.write({ x: 50.093, y: 16 })
  assert.deepEqual(called, [50.093])
  assert.equal(widget('x').value, 50.093)
})

test('a field that another node feeds is left alone and said to be linked', () => {
  const { bridge, widget } = placer({ linked: ['x', 'text'] })
  bridge.write({ x: 3 })
  assert.equal(widget('x').value, 50)
  assert.equal(bridge.writable('x'), false)
  const { inputs, linked } = bridge.question()
  assert.deepEqual(linked, ['x', 'text'])
  assert.equal('text' in inputs, false)
})

test('a question holds the photo before a run and the token after it', () => {
  const { bridge } = placer()
  const { token, file, lettering, inputs } = bridge.question()
  assert.deepEqual([token, file, lettering], [null, { name: 'cup.png', subfolder: '', type: 'input' }, null])
  assert.deepEqual(inputs, { ...FIELDS, ...REST })
  bridge.learn(output('t1'))
  assert.equal(bridge.question().token, 't1')
})

test('run and photo are both sent, whichever came first: the server compares them', () => {
  const { bridge, load, app } = placer({ photo: 'other.png' })
  app.nodeOutputs['7'] = output('t1')
  const asked = () => [bridge.question().token, bridge.question().file?.name]
  assert.deepEqual(asked(), ['t1', 'other.png'])
  load.widgets[0].value = 'cup.png'
  assert.deepEqual(asked(), ['t1', 'cup.png'])
  load.type = 'ImageScale'
  assert.deepEqual(asked(), ['t1', undefined])
})

test('what is connected now is told, so that a run rules no longer than its links', () => {
  const { bridge, node } = placer({ linked: ['layout', 'overlay', 'subject_mask', 'layers'] })
  bridge.learn(output('t1'))
  assert.deepEqual(bridge.question().connected, ['overlay', 'layout', 'subject_mask'])
  assert.equal(bridge.hasLayout, true)
  for (const input of node.inputs) if (input.name === 'layout' || input.name === 'overlay') input.link = null
  assert.deepEqual(bridge.question().connected, ['subject_mask'])
  assert.equal(bridge.hasLayout, false)
})

test('a layout from a muted node is none', () => {
  const { bridge, node } = placer({ linked: ['layout'] })
  node.graph.nodes[1].mode = 2
  assert.deepEqual(bridge.question().connected, [])
})

test('a link from outside a subgraph that stands in two places counts as connected', () => {
  const { bridge, node } = placer({ linked: ['layout'] })
  node.graph.links.get(2).origin_id = -10
  node.graph.rootGraph = { nodes: [{ subgraph: node.graph }, { subgraph: node.graph }] }
  assert.deepEqual(bridge.question().connected, ['layout'])
})

test('linked fields are what the server used, and are not asked back', () => {
  const { bridge } = placer({ linked: ['x', 'rotation', 'keep_aspect', 'anchor'] })
  const before = bridge.question()
  bridge.used = { x: 12.5, rotation: 'much', keep_aspect: false, anchor: 'left', y: 99 }
  const { x, y, rotation, keep_aspect, anchor } = bridge.read()
  assert.deepEqual([x, y, rotation, keep_aspect, anchor], [12.5, 16, 0, false, 'left'])
  assert.deepEqual(bridge.question(), before)
  assert.deepEqual(before.linked, ['x', 'rotation', 'anchor', 'keep_aspect'])
  assert.equal('x' in before.inputs, false)
})

test('outputs of a restored graph give the token, a lost one is not taken again', () => {
  const { bridge, app } = placer()
  app.nodeOutputs['7'] = output('t1')
  assert.equal(bridge.question().token, 't1')
  bridge.forget()
  assert.equal(bridge.question().token, null)
  bridge.learn(output('t2'))
  assert.equal(bridge.question().token, 't2')
})

test('inside a subgraph outputs are kept under its id', () => {
  const { bridge, node } = placer()
  node.graph.rootGraph = { nodes: [] }
  node.graph.id = 'abc'
  assert.equal(bridge.locator(), 'abc:7')
})

for (const odd of [undefined, null, {}, { fit_ad_place: [] }, { fit_ad_place: [{ token: 5 }] }, { fit_ad_place: 'x' }]) {
  test(`an odd output gives no token: ${JSON.stringify(odd)}`, () => {
    const { bridge } = placer()
    bridge.learn(odd)
    assert.equal(bridge.question().token, null)
  })
}

const PLACE = { x: 10, y: 60, width: 80, height: 20, anchor: 'bottom', text_color: '#402A1E' }
const pictures = (...tokens) => ({ fit_ad_place: tokens.map((token) => ({ token, picture: `p-${token}`, place: PLACE })) })

test('a run of several pictures is paged through, and a lost one is passed over', () => {
  const { bridge } = placer()
  bridge.learn(pictures('a', 'b', 'c'))
  assert.equal(bridge.token(), 'a')
  bridge.page(-1)
  assert.equal(bridge.token(), 'c')
  bridge.forget()
  assert.deepEqual([bridge.token(), bridge.pictures.length], ['a', 2])
  bridge.page(1)
  bridge.learn(pictures('d', 'e', 'f'))
  assert.equal(bridge.token(), 'e')
  bridge.learn(pictures('g'))
  assert.equal(bridge.token(), 'g')
  bridge.forget()
  bridge.learn(pictures('g'))
  assert.equal(bridge.token(), null)
})

/** A tab of the browser. */
function tab() {
  const items = new Map()
  globalThis.sessionStorage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value) }
  return items
}

test('after a reload the pictures are known again, once the tab is settled, and only in that tab', () => {
  tab()
  placer({ path: 'one.json' }).bridge.learn(pictures('a', 'b'))
  let time = 0
  const { bridge } = placer({ path: 'one.json', now: () => time })
  assert.equal(bridge.token(), null)
  time = 1600
  assert.deepEqual([bridge.token(), bridge.pictures.length], ['a', 2])
  const other = placer({ path: 'two.json', now: () => time }).bridge
  other.token()
  time = 9000
  assert.equal(other.token(), null)
})

test('what the tab kept may be broken, or nothing may be kept at all', () => {
  const items = tab()
  let time = 0
  const { bridge } = placer({ path: 'one.json', now: () => (time += 2000) })
  bridge.token()
  for (const broken of ['{', '7', 'null', '[]', '{"one.json g 7": [{"token": 5}]}']) {
    items.set('fit_ad.placer', broken)
    assert.equal(bridge.token(), null)
  }
  globalThis.sessionStorage = { getItem: () => null, setItem: () => { throw new Error('full') } }
  bridge.learn(pictures('a'))
  assert.equal(bridge.token(), 'a')
  delete globalThis.sessionStorage
  bridge.learn(pictures('b'))
  assert.equal(bridge.token(), 'b')
})

test('an edit by hand is on all pictures of the run', () => {
  const { bridge } = placer()
  assert.equal(bridge.byHand(), 'manual')
  bridge.learn(pictures('a', 'b'))
  assert.equal(bridge.byHand('p-b'), 'p-b p-a')
})

test('words that the layout has placed are held there, and let go', () => {
  const { bridge, widget } = placer({ linked: ['layout'] })
  assert.equal(bridge.hold(), false)
  bridge.learn(pictures('a', 'b'))
  assert.equal(bridge.hold(), true)
  const [one, other] = JSON.parse(widget('edited').value.slice('held:'.length))
  assert.deepEqual([one, other[0]], [['p-a', 10, 60, 80, 20, 'bottom', '#402A1E'], 'p-b'])
  assert.equal(bridge.hold(), false)
  bridge.release()
  assert.equal(widget('edited').value, '')
})

test('words that a person has placed, or that no layout places, are not held', () => {
  for (const given of [{ linked: ['layout'], fields: { edited: 'p-a' } }, { linked: ['layout', 'edited'] }, {}]) {
    const { bridge, widget } = placer(given)
    bridge.learn(pictures('a'))
    const before = widget('edited').value
    assert.equal(bridge.hold(), false)
    bridge.release()
    assert.equal(widget('edited').value, before)
  }
})

test('without layers, words on the picture of another placer are held by the fields', () => {
  const { bridge, widget } = placer({ linked: ['layout'], type: 'TextPlacer' })
  bridge.learn(pictures('a'))
  assert.equal(bridge.hold(), true)
  const held = ['x', 'y', 'width', 'height', 'anchor', 'edited'].map((name) => widget(name).value)
  assert.deepEqual(held, [50, 80, 80, 20, 'bottom', 'manual'])
})
