import assert from 'node:assert/strict'
import test from 'node:test'
import { History } from '../../js/lib/history.mjs'
import { labelsFor } from '../../js/lib/labels.mjs'
import { Bridge } from '../../js/placer/bridge.mjs'
import { Editor } from '../../js/placer/editor.mjs'
import { listenToKeys } from '../../js/placer/keys.mjs'
import { Pointer } from '../../js/placer/pointer.mjs'

const FIELDS = { x: 50, y: 20, width: 40, height: 20, anchor: 'center', rotation: 0, keep_aspect: true, opacity: 1 }
const REPLY = {
  canvas: [1000, 500],
  scale: 1,
  overlay: null,
  zone: null,
  ghosts: [{ box: [10, 10, 30, 30], anchor: 'left', label: '1' }],
  placement: { x: 30, y: 70, width: 50, height: 10, anchor: 'left' },
  fingerprint: 'f',
  advised: true,
  stale: false,
}

/** An editor without a page: its fields, what it asked, said and spoke. */
function editor({ linked = [], photo = 'LoadImage', reply = REPLY } = {}) {
  const load = { id: 1, type: photo, inputs: [], widgets: [{ name: 'image', value: 'cup.png' }] }
  const other = { id: 2, type: 'Other', inputs: [], widgets: [] }
  const widgets = Object.entries({ ...FIELDS, blend: 'normal', edited: '' }).map(([name, value]) => ({ name, value }))
  const inputs = [{ name: 'background', link: 1 }, ...linked.map((name) => ({ name, link: 2 }))]
  const node = { id: 7, type: 'TextPlacer', widgets, inputs }
  const nodes = [load, other, node]
  const links = new Map([1, 2].map((id) => [id, { origin_id: id, origin_slot: 0 }]))
  const graph = { nodes, links, getNodeById: (id) => nodes.find((each) => each.id === id) }
  for (const each of nodes) each.graph = graph
  const heard = { asked: [], stops: 0, said: '', spoken: [] }
  const bridge = new Bridge(node, { nodeOutputs: {} })
  const it = Object.assign(Object.create(Editor.prototype), {
    bridge,
    labels: labelsFor('en'),
    history: new History(),
    values: bridge.read(),
    settled: true,
    linked: bridge.linked.join(),
    reply,
    reseeding: null,
    holding: new WeakMap(),
    all: () => [],
    guides: [],
    view: { root: new EventTarget(), stage: Object.assign(new EventTarget(), { hasPointerCapture: () => false }), overlay: {} },
    exact: {
      asked: '',
      ask: (question) => heard.asked.push(question) > 0,
      retry: () => {},
      stop: () => (heard.stops += 1),
    },
    screen: {
      exactVisible: true,
      seen: true,
      load: async () => true,
      zoomChanged: () => false,
      say: (words) => (heard.said = words),
      speak: (words) => heard.spoken.push(words),
    },
    draw: () => {},
    settle: () => {},
  })
  it.pointer = new Pointer(it)
  const fields = () => Object.fromEntries(widgets.map(({ name, value }) => [name, value]))
  const unlink = (name) => (inputs.find((input) => input.name === name).link = null)
  return { it, heard, fields, unlink, set: (name, value) => (widgets.find((each) => each.name === name).value = value) }
}

/** Answer what is asked at the moment. */
async function answered(it, reply) {
  it.exact.asked = JSON.stringify(it.bridge.question())
  await it.take(reply, it.exact.asked)
}

const key = (name, modifiers = {}) =>
  Object.assign(new Event('keydown', { cancelable: true }), { key: name, getModifierState: () => false, ...modifiers })

test('the layout writes its box while it is connected, and no longer', async () => {
  const { it, fields, unlink } = editor({ linked: ['layout'] })
  await answered(it, REPLY)
  assert.deepEqual([fields().x, fields().y, fields().width, fields().height, fields().anchor], [30, 70, 50, 10, 'left'])
  unlink('layout')
  await answered(it, { ...REPLY, placement: { ...REPLY.placement, x: 5 } })
  assert.equal(fields().x, 30)
})

test('the frame is where the server took a linked field to be', async () => {
  const { it, fields } = editor({ linked: ['x'] })
  await answered(it, { ...REPLY, advised: false, values: { x: 80 } })
  assert.deepEqual([it.values.x, it.box.x, fields().x], [80, 600, 50])
})

test('where the layout rules a linked field, the frame is where the layout put it', async () => {
  const { it } = editor({ linked: ['x', 'layout'] })
  await answered(it, { ...REPLY, values: { x: 80 } })
  assert.equal(it.values.x, 30)
})

test('links that come and go are not step of the editor', async () => {
  const { it, unlink } = editor({ linked: ['x'] })
  await answered(it, { ...REPLY, advised: false, values: { x: 80 } })
  unlink('x')
  it.check()
  assert.deepEqual([it.values.x, it.history.canUndo], [50, false])
})

test('parts that would change a linked field are inert', () => {
  const { it } = editor({ linked: ['x'] })
  const parts = ['frame', 'turn', 'handle:n', 'handle:s', 'handle:e', 'handle:nw', 'ghost:0', 'pan']
  assert.deepEqual(parts.filter((part) => it.inert(part)), ['handle:e', 'handle:nw', 'ghost:0'])
  assert.equal(editor({ linked: ['x', 'y'] }).it.inert('frame'), true)
  assert.equal(editor({ linked: ['rotation'] }).it.inert('turn'), true)
})

test('what is linked is refused in words and changes nothing', () => {
  const { it, heard, fields } = editor({ linked: ['x', 'width', 'rotation', 'layout'] })
  const before = fields()
  it.nudge([1, 0])
  it.turn(15)
  it.takeGhost(0)
  it.resize('e', 1)
  it.scale(1.01)
  assert.equal(heard.spoken.length, 5)
  assert.ok(heard.spoken.every((words) => words === it.labels.linked))
  it.nudge([0, 5])
  assert.deepEqual(fields(), { ...before, x: 50, y: 21, width: 40, edited: 'f' })
})

test('with no run and no photo the editor waits, and its picture is not exact', () => {
  const { it, heard } = editor({ photo: 'EmptyImage' })
  it.lost()
  assert.equal(heard.said, it.labels.waiting)
  assert.deepEqual([heard.asked, heard.stops, it.screen.exactVisible], [[], 1, false])
})

test('a lost run is replaced by the photo', () => {
  const { it, heard } = editor()
  it.bridge.learn({ fit_ad_place: [{ token: 't1' }] })
  it.lost()
  assert.deepEqual(heard.asked.map(({ token, file }) => [token, file.name]), [[null, 'cup.png']])
})

test('before the first picture the editor says that it comes', () => {
  const { it, heard } = editor({ reply: null })
  it.ask(0)
  assert.equal(heard.said, it.labels.loading)
})

test('a drag ends with its node, and can be undone when that comes back', () => {
  const { it } = editor()
  globalThis.window ??= new EventTarget()
  const before = it.snapshot
  it.pointer.start = { id: 1, moved: true, before }
  it.pointer.part = 'frame'
  it.apply({ x: 60 })
  it.pointer.stop()
  assert.deepEqual([it.pointer.busy, it.pointer.part, it.history.undo()], [false, '', before])
})

test('Ctrl with an arrow moves the right or the lower side, brackets scale about the middle', () => {
  const { it, fields } = editor()
  listenToKeys(it)
  const sides = () => ['x', 'y', 'width', 'height'].map((name) => fields()[name])
  const press = (...given) => it.view.stage.dispatchEvent(key(...given))
  press('ArrowRight', { ctrlKey: true, shiftKey: true })
  assert.deepEqual(sides(), [50.5, 20, 41, 20])
  press('ArrowUp', { metaKey: true })
  assert.deepEqual(sides(), [50.5, 19.9, 41, 19.8])
  press('{', { shiftKey: true })
  assert.deepEqual(sides(), [50.5, 19.9, 37.273, 18])
  press(']')
  assert.deepEqual(sides(), [50.5, 19.9, 37.646, 18.18])
  press('[', { ctrlKey: true, altKey: true, getModifierState: () => true })
  assert.deepEqual(sides(), [50.5, 19.9, 37.273, 18])
})

test('undo on a button is the editor\'s, other keys are left alone', () => {
  const { it, fields } = editor()
  listenToKeys(it)
  it.history.add(it.snapshot, { ...it.snapshot, x: 60 })
  it.apply({ x: 60 })
  const undo = key('z', { ctrlKey: true })
  const left = key('ArrowLeft', { ctrlKey: true })
  for (const event of [undo, left]) it.view.root.dispatchEvent(event)
  assert.deepEqual([undo.defaultPrevented, left.defaultPrevented, fields().x], [true, false, 50])
})

/** Another editor, as much of it as a step asks. */
function bystander() {
  const told = []
  return { told, bridge: { hold: () => told.push('hold') > 0, release: () => told.push('release') } }
}

test('a step holds what others placed by their layout, and its undo lets it go', () => {
  const { it } = editor({ linked: ['layout'] })
  const other = bystander()
  it.all = () => [it, other]
  it.nudge([5, 0])
  assert.deepEqual(other.told, ['hold'])
  it.undo()
  assert.deepEqual(other.told, ['hold', 'release'])
  it.redo()
  assert.deepEqual(other.told, ['hold', 'release', 'hold'])
})

test('a box typed into the fields holds the others, another field does not', () => {
  const { it, set } = editor({ linked: ['layout'] })
  const other = bystander()
  it.all = () => [it, other]
  set('edited', 'held:[]')
  it.check()
  assert.deepEqual(other.told, [])
  set('x', 61)
  it.check()
  assert.deepEqual(other.told, ['hold'])
})
