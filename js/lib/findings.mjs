// @ts-check
/** What a check of a graph found: read from the server's answer, grouped, counted, written as text. */

/**
 * One finding; see docs/validate.md.
 * @typedef {object} Finding
 * @property {string} code
 * @property {string} severity `error`, `warning` or `note`
 * @property {string} node path of ids in the API graph, '' for the whole graph
 * @property {string} title
 * @property {string} type
 * @property {string} subgraph id of the subgraph's definition, '' for the graph itself
 * @property {string} local the node's own id there
 * @property {string} input
 * @property {string} message
 * @property {string} fix
 * @property {{ input: string, old: unknown, value: unknown } | null} repair
 * @property {boolean} safe whether the repair changes a name and not what is meant
 */
/** @typedef {{ name: string, findings: Finding[] }} Report */
/** @typedef {{ title: string, node: string, type: string, findings: Finding[] }} NodeGroup */
/** @typedef {{ severity: string, count: number, nodes: NodeGroup[] }} Section */

export const SEVERITIES = Object.freeze(['error', 'warning', 'note'])
/** What is wrong with a file that is to be shared, and does not stop a run. */
const ONLY_OF_FILES = Object.freeze(['secret', 'personal', 'path-absolute', 'path-escape', 'card-mismatch', 'api-drift'])
const TEXTS = Object.freeze(['code', 'node', 'title', 'type', 'subgraph', 'local', 'input', 'message', 'fix'])

/**
 * The report in an answer of the server; null for anything else.
 * @param {any} data
 * @returns {Report | null}
 */
export function reportOf(data) {
  const file = data?.files?.[0]
  if (!Array.isArray(file?.findings)) return null
  return { name: String(file.file ?? ''), findings: file.findings.filter(isFinding) }
}

/** @param {any} one */
function isFinding(one) {
  return SEVERITIES.includes(one?.severity) && TEXTS.every((name) => typeof one[name] === 'string')
}

/**
 * Findings by severity, the gravest first, then by node, in the order they came in.
 * @param {Finding[]} findings
 * @returns {Section[]}
 */
export function grouped(findings) {
  return SEVERITIES.map((severity) => section(severity, findings.filter((one) => one.severity === severity))).filter(
    ({ count }) => count,
  )
}

/**
 * @param {string} severity
 * @param {Finding[]} findings
 * @returns {Section}
 */
function section(severity, findings) {
  /** @type {Map<string, NodeGroup>} */
  const nodes = new Map()
  for (const one of findings) {
    const key = placeOf(one)
    const group = nodes.get(key) ?? { title: one.title, node: one.node, type: one.type, findings: [] }
    group.findings.push(one)
    nodes.set(key, group)
  }
  return { severity, count: findings.length, nodes: [...nodes.values()] }
}

/**
 * Names the node of a finding: two findings on the same node have the same.
 * @param {Finding} finding
 */
export function placeOf({ node, subgraph, local }) {
  return `${subgraph}/${local || node}/${node}`
}

/**
 * Names a finding among those of a check.
 * @param {Finding} finding
 */
export function keyOf(finding) {
  return `${finding.code} ${placeOf(finding)} ${finding.input}`
}

/**
 * How many findings there are of each severity.
 * @param {Finding[]} findings
 * @returns {Record<string, number>}
 */
export function counted(findings) {
  const found = /** @type {Record<string, number>} */ ({ error: 0, warning: 0, note: 0 })
  for (const one of findings) found[one.severity] += 1
  return found
}

/**
 * The findings that stop a run; of a run of some nodes only, those on the nodes that take part.
 * @param {Finding[]} findings
 * @param {Set<string>} [parts] ids in the graph itself
 * @returns {Finding[]}
 */
export function stopping(findings, parts) {
  const errors = findings.filter((one) => one.severity === 'error' && !ONLY_OF_FILES.includes(one.code))
  return parts ? errors.filter((one) => parts.has(one.node.split(':')[0])) : errors
}

/**
 * The nodes that a run to some nodes takes part in.
 * @param {any} graph in the editor's format
 * @param {unknown[]} targets paths of ids
 * @returns {Set<string>} ids in the graph itself
 */
export function upstream(graph, targets) {
  const found = new Set(targets.map((one) => String(one).split(':')[0]))
  const wires = (graph?.links ?? []).map((/** @type {any} */ wire) =>
    Array.isArray(wire) ? [String(wire[1]), String(wire[3])] : [String(wire?.origin_id), String(wire?.target_id)],
  )
  for (let before = -1; before < found.size; ) {
    before = found.size
    for (const [source, target] of wires) if (found.has(target)) found.add(source)
  }
  return found
}

/**
 * All in a graph that a check depends on, as text; places, sizes, colours and numbers that change by themselves are not.
 * @param {any} graph in the editor's format
 * @returns {string}
 */
export function signature(graph) {
  const levels = [graph, ...(graph?.definitions?.subgraphs ?? [])]
  return JSON.stringify(levels.map(levelOf))
}

/** @param {any} level */
function levelOf(level) {
  const nodes = (level?.nodes ?? []).map((/** @type {any} */ node) => [
    String(node.id),
    node.type,
    node.mode,
    settled(node.widgets_values),
    (node.inputs ?? []).map((/** @type {any} */ input) => [input.name, input.link]),
  ])
  nodes.sort((/** @type {any[]} */ a, /** @type {any[]} */ b) => (a[0] < b[0] ? -1 : 1))
  return [level?.id ?? '', nodes, level?.links ?? []]
}

const CONTROLS = ['randomize', 'increment', 'decrement']

/**
 * Values without those that a run changes by itself: a seed stands before the word that says so.
 * @param {unknown} values
 */
function settled(values) {
  return Array.isArray(values) ? values.map((value, at) => (CONTROLS.includes(values[at + 1]) ? 0 : value)) : values
}

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]]/

/**
 * The first web address in a text, and the text with the address cut down to its two ends.
 * @param {string} text
 * @returns {{ text: string, address: URL | null }}
 */
export function addressIn(text) {
  const found = ADDRESS.exec(text)?.[0]
  const address = found && URL.canParse(found) ? new URL(found) : null
  if (!found || !address) return { text, address: null }
  const last = address.pathname.split('/').filter(Boolean).at(-1) ?? ''
  const short = [address.host, ...(address.pathname.split('/').length > 2 ? ['…'] : []), last].filter(Boolean).join('/')
  return { text: text.replace(found, short), address }
}

/**
 * Findings as a text that can be read without the editor.
 * @param {Report} report
 * @param {{ severities: Record<string, string>, wholeGraph: string, clean: string }} labels
 * @returns {string}
 */
export function asText({ name, findings }, labels) {
  const lines = [name, '']
  for (const { severity, nodes } of grouped(findings)) {
    for (const group of nodes) {
      lines.push(group.node ? `${group.title} · ${group.node}` : labels.wholeGraph)
      for (const one of group.findings) {
        lines.push(`  ${labels.severities[severity]} ${one.code}: ${one.message}`)
        if (one.fix) lines.push(`    → ${one.fix}`)
      }
    }
  }
  if (!findings.length) lines.push(labels.clean)
  return lines.join('\n') + '\n'
}
