import assert from 'node:assert/strict'
import test from 'node:test'
import { labelsFor } from '../../js/lib/check_labels.mjs'
import { addressIn, asText, counted, grouped, keyOf, reportOf, signature, stopping, upstream } from '../../js/lib/findings.mjs'

const finding = (severity, code, node, more = {}) => ({
  code,
  severity,
  node,
  title: `node ${node}`,
  type: 'Type',
  subgraph: '',
  local: node,
  input: 'x',
  message: `${code} is wrong`,
  fix: '',
  repair: null,
  safe: false,
  ...more,
})
const FINDINGS = [
  finding('error', 'bad-value', '5'),
  finding('note', 'model-unsafe', '5'),
  finding('error', 'secret', '9'),
  finding('warning', 'path-absolute', '2'),
  finding('error', 'missing-input', '5', { input: 'y', fix: 'Wire it' }),
  finding('error', 'no-output', ''),
]

test('a report is read from the answer, odd findings are passed over', () => {
  const answer = { schema: 1, files: [{ file: 'ad', findings: [FINDINGS[0], { severity: 'error' }, null, { ...FINDINGS[1], severity: 'worse' }] }] }
  assert.deepEqual(reportOf(answer), { name: 'ad', findings: [FINDINGS[0]] })
})

for (const answer of [undefined, null, 7, {}, { files: [] }, { files: [{}] }, { files: [{ findings: {} }] }, { error: { what: 'x' } }]) {
  test(`what is not a report gives none: ${JSON.stringify(answer)}`, () => assert.equal(reportOf(answer), null))
}

test('findings stand by severity, then by node, in their order', () => {
  const shape = grouped(FINDINGS).map(({ severity, count, nodes }) => [severity, count, nodes.map((one) => [one.node, one.findings.length])])
  assert.deepEqual(shape, [
    ['error', 4, [['5', 2], ['9', 1], ['', 1]]],
    ['warning', 1, [['2', 1]]],
    ['note', 1, [['5', 1]]],
  ])
})

test('the same id in two subgraphs is two nodes', () => {
  const two = [finding('error', 'bad-value', '3', { subgraph: 'a' }), finding('error', 'bad-value', '3', { subgraph: 'b' })]
  assert.equal(grouped(two)[0].nodes.length, 2)
  assert.notEqual(keyOf(two[0]), keyOf(two[1]))
})

test('counts in words', () => {
  assert.deepEqual(counted(FINDINGS), { error: 4, warning: 1, note: 1 })
  assert.equal(labelsFor('en').counts(counted(FINDINGS)), '4 errors, 1 warning, 1 note')
  assert.equal(labelsFor('ko-KR').counts({ error: 2, warning: 0, note: 3 }), '오류 2개, 참고 3개')
})

test('what concerns only a shared file stops no run', () => {
  assert.deepEqual(stopping(FINDINGS).map((one) => one.code), ['bad-value', 'missing-input', 'no-output'])
})

test('of a run of some nodes only theirs count, also inside subgraphs', () => {
  const inside = finding('error', 'bad-value', '5:7')
  assert.deepEqual(stopping([...FINDINGS, inside], new Set(['5'])).map((one) => one.node), ['5', '5', '5:7'])
  assert.deepEqual(stopping(FINDINGS, new Set(['2'])), [])
})

test('a run to a node takes part with all that feeds it', () => {
  const links = [[1, 4, 0, 5, 0, 'IMAGE'], [2, 3, 0, 4, 0, 'IMAGE'], { origin_id: 2, target_id: 3 }, [3, 4, 0, 8, 0, 'IMAGE']]
  assert.deepEqual([...upstream({ links }, ['5'])].sort(), ['2', '3', '4', '5'])
  assert.deepEqual([...upstream({ links }, ['8:2', 3])].sort(), ['2', '3', '4', '8'])
  assert.deepEqual([...upstream(undefined, [1])], ['1'])
})

const GRAPH = {
  id: 'g',
  nodes: [
    { id: 2, type: 'KSampler', mode: 0, pos: [0, 0], widgets_values: [7, 'randomize', 20], inputs: [{ name: 'model', link: 1 }] },
    { id: 1, type: 'Loader', mode: 0, pos: [0, 0], widgets_values: ['a.safetensors'] },
  ],
  links: [[1, 1, 0, 2, 0, 'MODEL']],
  definitions: { subgraphs: [{ id: 's', nodes: [{ id: 1, type: 'Note', mode: 0, widgets_values: ['x'] }], links: [] }] },
}
const changed = (change) => {
  const copy = structuredClone(GRAPH)
  change(copy)
  return signature(copy) !== signature(GRAPH)
}

test('moving nodes, their order and rolling seeds are not change', () => {
  assert.equal(changed((g) => (g.nodes[0].pos = [9, 9])), false)
  assert.equal(changed((g) => g.nodes.reverse()), false)
  assert.equal(changed((g) => (g.nodes[0].widgets_values[0] = 8)), false)
  assert.equal(changed((g) => (g.extra = { ds: {} })), false)
})

for (const [what, change] of Object.entries({
  'a value': (g) => (g.nodes[1].widgets_values[0] = 'b.safetensors'),
  'a seed that stays': (g) => (g.nodes[0].widgets_values = [8, 'fixed', 20]),
  'a wire': (g) => (g.nodes[0].inputs[0].link = null),
  muting: (g) => (g.nodes[1].mode = 2),
  'a node that is gone': (g) => g.nodes.pop(),
  'a value inside a subgraph': (g) => (g.definitions.subgraphs[0].nodes[0].widgets_values = ['y']),
})) {
  test(`${what} is a change`, () => assert.equal(changed(change), true))
}

for (const graph of [undefined, null, {}, { nodes: [] }]) {
  test(`a graph without nodes has a signature: ${JSON.stringify(graph)}`, () => assert.equal(typeof signature(graph), 'string'))
}

test('findings as a text', () => {
  assert.equal(
    asText({ name: 'ad', findings: [FINDINGS[4], FINDINGS[5], FINDINGS[3]] }, labelsFor('en')),
    'ad\n\nnode 5 · 5\n  error missing-input: missing-input is wrong\n    → Wire it\nWhole graph\n  error no-output: no-output is wrong\n' +
      'node 2 · 2\n  warning path-absolute: path-absolute is wrong\n',
  )
  assert.equal(asText({ name: 'ad', findings: [] }, labelsFor('ko')), 'ad\n\n문제 없음\n')
})

test('both languages say the same things', () => {
  const [english, korean] = ['en', 'ko'].map(labelsFor)
  assert.deepEqual(Object.keys(korean), Object.keys(english))
  for (const [name, said] of Object.entries(english)) assert.equal(typeof korean[name], typeof said)
})

for (const [text, shown, href] of [
  ['Get it: https://host.co/a/b/main/x.safetensors → models/vae', 'Get it: host.co/…/x.safetensors → models/vae', 'https://host.co/a/b/main/x.safetensors'],
  ['받는 곳: https://host.co/a (라이선스: MIT)', '받는 곳: host.co/a (라이선스: MIT)', 'https://host.co/a'],
  ['See https://host.co.', 'See host.co.', 'https://host.co/'],
  ['javascript:alert(1) is none', 'javascript:alert(1) is none', undefined],
  ['https:// is none', 'https:// is none', undefined],
  ['', '', undefined],
]) {
  test(`an address in a text: ${text}`, () => {
    const found = addressIn(text)
    assert.deepEqual([found.text, found.address?.href], [shown, href])
  })
}
