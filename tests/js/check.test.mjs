import assert from 'node:assert/strict'
import test from 'node:test'
import { Checker } from '../../js/check/checker.mjs'
import { mend, mendable, namesIn, placeIn } from '../../js/check/place.mjs'
import { plain } from '../../js/check/saving.mjs'

const node = (id, widgets = [], more = {}) => ({ id, type: 'Type', widgets, inputs: [], ...more })
const graphOf = (nodes, more = {}) => {
  const graph = { nodes, getNodeById: (id) => nodes.find((one) => String(one.id) === String(id)) ?? null, ...more }
  for (const one of nodes) one.graph = graph
  return graph
}
const at = (path, more = {}) => ({ node: path, subgraph: '', local: path, input: 'steps', title: 'T', type: 'Type', ...more })

function nested() {
  const inner = graphOf([node(7, [{ name: 'steps', value: 0 }])], { id: 'sub' })
  const root = graphOf([node(7), node(3, [], { subgraph: inner })], { id: 'root', subgraphs: new Map([['sub', inner]]) })
  return { inner, root }
}

test('a node is found by its path, with the subgraph nodes that lead to it', () => {
  const { inner, root } = nested()
  const place = placeIn(root, at('3:7', { subgraph: 'sub', local: '7' }))
  assert.equal(place.node, inner.nodes[0])
  assert.deepEqual(place.hosts, [root.nodes[1]])
})

test('a finding that names only the subgraph is found there, not at the same id in the graph', () => {
  const { inner, root } = nested()
  assert.equal(placeIn(root, at('7', { subgraph: 'sub', local: '7' })).node, inner.nodes[0])
  assert.equal(placeIn(root, at('7')).node, root.nodes[0])
})

for (const [what, finding] of Object.entries({
  'the whole graph': at(''),
  'a node that is gone': at('99'),
  'a subgraph that is gone': at('3:7', { subgraph: 'other', local: '7' }),
  'a path into a subgraph that has no such node': at('3:8', { subgraph: 'sub', local: '8' }),
})) {
  test(`no place for ${what}`, () => assert.equal(placeIn(nested().root, finding), null))
}

test('the editor knows a node and its input by other names', () => {
  const root = graphOf([node(1, [], { inputs: [{ name: 'steps', localized_name: '스텝 수' }], getTitle: () => '샘플러' })])
  assert.deepEqual(namesIn(root, at('1')), { title: '샘플러', input: '스텝 수' })
  assert.deepEqual(namesIn(root, at('2')), { title: 'T', input: 'steps' })
})

const repair = (old, value) => at('1', { repair: { input: 'steps', old, value } })

test('a finding is mended through the field, as one step of undo', () => {
  const calls = []
  const widget = { name: 'steps', value: 0, callback: (value) => calls.push(value) }
  const tracker = Object.fromEntries(['captureCanvasState', 'beforeChange', 'afterChange'].map((name) => [name, () => calls.push(name)]))
  const app = { graph: graphOf([node(1, [widget])]), extensionManager: { workflow: { activeWorkflow: { changeTracker: tracker } } } }
  assert.equal(mendable(app.graph, repair(0, 1)), true)
  assert.equal(mend(app, [repair(0, 1)]), 1)
  assert.equal(widget.value, 1)
  assert.deepEqual(calls, ['captureCanvasState', 'beforeChange', 1, 'afterChange'])
})

test('a field that holds something else by now, or comes from another node, is left alone', () => {
  const widget = { name: 'steps', value: 5 }
  const app = { graph: graphOf([node(1, [widget])]) }
  assert.equal(mend(app, [repair(0, 1)]), 0)
  assert.equal(widget.value, 5)
  const links = new Map([[4, { origin_id: 2, origin_slot: 0 }]])
  const linked = graphOf([node(1, [{ name: 'steps', value: 0 }], { inputs: [{ name: 'steps', link: 4 }] }), node(2)], { links })
  assert.equal(mendable(linked, repair(0, 1)), false)
})

test('of two nodes for one subgraph the one that the finding names is mended', () => {
  const promoted = { name: 'steps', link: null, widget: { name: 'steps' } }
  const links = new Map([[1, { origin_id: -10, origin_slot: 0 }]])
  const inner = graphOf([node(7, [{ name: 'steps', value: 5 }], { inputs: [{ name: 'steps', link: 1 }] })], { id: 'sub', links })
  const hosts = [3, 4].map((id) => node(id, [{ name: 'steps', value: 0 }], { subgraph: inner, inputs: [promoted] }))
  const root = graphOf(hosts, { id: 'root', subgraphs: new Map([['sub', inner]]) })
  Object.assign(inner, { rootGraph: root })
  const finding = { ...repair(0, 1), node: '4:7', subgraph: 'sub', local: '7' }
  assert.equal(mend({ graph: root }, [finding]), 1)
  assert.deepEqual(hosts.map((one) => one.widgets[0].value), [0, 1])
  assert.equal(inner.nodes[0].widgets[0].value, 5)
})

test('a callback that rounds does not change what was meant', () => {
  const widget = { name: 'steps', value: 0, callback: () => (widget.value = 10) }
  mend({ graph: graphOf([node(1, [widget])]) }, [repair(0, 3)])
  assert.equal(widget.value, 3)
})

const REPORT = { files: [{ file: 'ad', findings: [] }] }

function host(answer) {
  const asked = []
  const api = {
    fetchApi: async (path, { body }) => {
      asked.push({ path, ...JSON.parse(body) })
      return answer(asked.length, asked.at(-1))
    },
  }
  const nodes = [node(1, [{ name: 'steps', value: 0 }])]
  const graph = { nodes, serialize: () => ({ nodes: nodes.map((one) => ({ id: one.id, widgets_values: one.widgets.map((w) => w.value) })) }) }
  const app = { graph, extensionManager: { setting: { get: () => 'ko' }, workflow: { activeWorkflow: { filename: '봄 광고' } } } }
  return { asked, nodes, checker: new Checker({ app, api }) }
}
const says = (data, status = 200) => ({ ok: status === 200, status, json: async () => data })

test('the graph is sent with its name, and the report kept', async () => {
  const { asked, checker } = host(() => says(REPORT))
  assert.deepEqual(await checker.check(), { name: 'ad', findings: [] })
  assert.deepEqual(asked, [{ path: '/fit_ad/validate', graph: { nodes: [{ id: 1, widgets_values: [0] }] }, lang: 'ko', name: '봄 광고' }])
  assert.deepEqual([checker.running, checker.trouble, checker.stale], [false, null, false])
})

test('only the latest check counts', async () => {
  const waiting = []
  const { checker } = host(() => new Promise((resolve) => waiting.push(resolve)))
  const [first, second] = [checker.check(), checker.check()]
  waiting[1](says({ files: [{ file: 'new', findings: [] }] }))
  assert.equal((await second).name, 'new')
  waiting[0](says({ files: [{ file: 'old', findings: [] }] }))
  assert.equal(await first, null)
  assert.equal(checker.report.name, 'new')
})

for (const [what, answer, said] of [
  ['no connection', () => Promise.reject(new TypeError('failed')), 'ComfyUI가 응답하지 않습니다'],
  ['an older pack', () => says(null, 404), '이 ComfyUI에는 아직 검사 기능이 없습니다'],
  ['a refusal', () => says({ error: { what: 'too large', fix: 'cut it' } }, 413), '검사하지 못했습니다'],
  ['an answer that is none', () => says({ odd: 1 }), '검사하지 못했습니다'],
]) {
  test(`${what} is told`, async () => {
    const { checker } = host(answer)
    assert.equal(await checker.check(), null)
    assert.equal(checker.trouble.what, said)
    assert.equal(checker.running, false)
  })
}

test('a refusal is told with its reason', async () => {
  const { checker } = host(() => says({ error: { what: 'too large', why: '', fix: 'cut it' } }, 413))
  await checker.check()
  assert.equal(checker.trouble.more, 'too large. cut it')
})

test('an edit makes the report old, an undone edit does not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { checker, nodes } = host(() => says(REPORT))
  await checker.check()
  const looked = async () => {
    checker.look()
    t.mock.timers.tick(300)
    for (let turn = 0; turn < 30; turn += 1) await null
    return checker.stale
  }
  nodes[0].widgets[0].value = 4
  assert.equal(await looked(), true)
  nodes[0].widgets[0].value = 0
  assert.equal(await looked(), false)
})

test('findings on one workflow are dropped when another one is opened', async () => {
  const { checker, nodes } = host(() => says(REPORT))
  let others = 0
  checker.addEventListener('other', () => (others += 1))
  await checker.check()
  checker.app.extensionManager.workflow.activeWorkflow = { filename: 'b', path: 'workflows/b.json' }
  checker.compare()
  assert.deepEqual([others, checker.report?.name], [0, 'ad']) // the same graph under another name
  nodes[0].widgets[0].value = 4
  checker.compare()
  assert.deepEqual([others, checker.report, checker.stale], [1, null, false])
})

const RENAMED = { ...at('1'), code: 'unknown-node', severity: 'error', repair: { input: '', old: 'Type', value: 'New' } }
for (const [what, meanwhile, loads] of [
  ['nothing', () => {}, 1],
  ['an edit', ({ nodes }) => (nodes[0].widgets[0].value = 4), 0],
  ['another workflow', ({ checker }) => (checker.app.extensionManager.workflow.activeWorkflow = { path: 'workflows/b.json' }), 0],
]) {
  test(`a graph mended on the server comes in unless it came too late: ${what} meanwhile`, async () => {
    const stage = host((_, { fix }) => {
      if (fix) meanwhile(stage)
      return says(fix ? { fixed: { graph: { nodes: [] }, changes: [{}] } } : REPORT)
    })
    let loaded = 0
    stage.checker.app.loadGraphData = async () => (loaded += 1)
    const count = await stage.checker.mend([RENAMED])
    assert.deepEqual([count, loaded], [loads, loads])
  })
}

test('an empty graph is not sent', async () => {
  const { asked, checker, nodes } = host(() => says(REPORT))
  nodes.length = 0
  assert.equal(await checker.check(), null)
  assert.deepEqual([asked, checker.trouble], [[], null])
})

test('file names that every system takes', () => {
  assert.equal(plain('봄 광고: 50% / A'), '봄-광고-50%-A')
  assert.equal(plain('../..'), 'workflow')
})
