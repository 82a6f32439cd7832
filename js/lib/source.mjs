// @ts-check
/**
 * What comes into a node, found by following the graph upwards: through reroutes, bypassed nodes and the edges of
 * subgraphs. A graph is untrusted: what is odd counts as not there.
 */

/** @typedef {{ node: any, slot: number }} Origin */
/** A file of the input, output or temp folder. @typedef {{ name: string, subfolder: string, type: string }} File */
/** @typedef {{ value: unknown, linked: boolean, widget: any }} Setting */

const SUBGRAPH_INPUTS = -10
const BYPASSED = 4
const MUTED = 2
const MOST_STEPS = 64
const LOADERS = Object.freeze(/** @type {Record<string, string>} */ ({ LoadImage: 'input', LoadImageOutput: 'output' }))
const ANNOTATION = /\s*\[(input|output|temp)\]$/

/**
 * The output that an input gets its value from; null for one that is not connected or ends nowhere.
 * @param {any} node
 * @param {string} name
 * @returns {Origin | null}
 */
export function originOf(node, name) {
  return follow(node, inputNamed(node, name), MOST_STEPS)
}

/**
 * Whether a run brings something to an input. A link into a subgraph that stands in several places counts.
 * @param {any} node
 * @param {string} name
 */
export function connected(node, name) {
  if (originOf(node, name)) return true
  const link = linkOf(node?.graph, inputNamed(node, name)?.link)
  return Boolean(link) && Number(link.origin_id) === SUBGRAPH_INPUTS && !hostOf(node.graph)
}

/**
 * The photo file of a LoadImage node that an input comes from.
 * @param {any} node
 * @param {string} name
 * @returns {File | null}
 */
export function photoOf(node, name) {
  const origin = originOf(node, name)
  const folder = LOADERS[String(origin?.node?.type)]
  if (!origin || !folder || origin.slot !== 0) return null
  const { value, linked } = settingOf(origin.node, 'image')
  return linked || typeof value !== 'string' || !value ? null : fileOf(value, folder)
}

/**
 * A file from what a LoadImage field holds: `folder/name.png [output]`.
 * @param {string} value
 * @param {string} folder the one that is meant where the value names none
 * @returns {File}
 */
export function fileOf(value, folder = 'input') {
  const type = ANNOTATION.exec(value)?.[1] ?? folder
  const parts = value.replace(ANNOTATION, '').split(/[\\/]/)
  const name = /** @type {string} */ (parts.pop())
  return { name, subfolder: parts.join('/'), type }
}

/**
 * The values of a CalligraphyRender node that an input comes from, with those of its effects; null where one of them
 * is only known after a run.
 * @param {any} node
 * @param {string} name
 * @returns {Record<string, unknown> | null}
 */
export function letteringOf(node, name) {
  const origin = originOf(node, name)
  if (origin?.node?.type !== 'CalligraphyRender' || origin.slot !== 0) return null
  return settingsOf(origin.node, ['effects'])
}

/**
 * All settings of a node by name; null where one comes from a node that has to run first.
 * @param {any} node
 * @param {string[]} nested inputs whose value is the settings of the node that they come from
 * @returns {Record<string, unknown> | null}
 */
function settingsOf(node, nested) {
  /** @type {Record<string, unknown>} */
  const values = {}
  for (const widget of list(node.widgets)) {
    if (!widget?.name || widget.serialize === false || widget.options?.serialize === false) continue
    const { value, linked } = settingOf(node, widget.name)
    if (linked) return null
    values[widget.name] = value
  }
  for (const input of list(node.inputs)) {
    if (input?.link == null || input.name in values) continue
    const origin = nested.includes(input.name) ? originOf(node, input.name) : null
    const inner = origin?.node?.type === 'LetteringEffects' ? settingsOf(origin.node, nested) : null
    if (!inner) return null
    values[input.name] = inner
  }
  return values
}

/**
 * What a field of a node holds in the end: its own value, that of the field on the subgraph node which it was put on,
 * or that of a primitive node; `linked` where only a run can tell.
 * @param {any} node
 * @param {string} name
 * @param {any[]} [hosts] the subgraph nodes that the node was reached through, where that is known
 * @returns {Setting}
 */
export function settingOf(node, name, hosts = []) {
  const own = list(node?.widgets).find((widget) => widget?.name === name)
  const input = inputNamed(node, name)
  if (input?.link == null) return { value: own?.value, linked: false, widget: own }
  const promoted = promotedFor(node, input, MOST_STEPS, hosts)
  if (promoted) return { value: promoted.value, linked: false, widget: promoted }
  const origin = follow(node, input, MOST_STEPS)
  if (!String(origin?.node?.type).startsWith('Primitive')) return { value: undefined, linked: true, widget: null }
  const constant = list(origin?.node.widgets).find((widget) => widget?.name === 'value') ?? list(origin?.node.widgets)[0]
  return constant
    ? { value: constant.value, linked: false, widget: constant }
    : { value: undefined, linked: true, widget: null }
}

/**
 * The field on the subgraph node that an input inside it was put on; null for any other link.
 * @param {any} node
 * @param {any} input
 * @param {number} steps
 * @param {any[]} hosts
 * @returns {any}
 */
function promotedFor(node, input, steps, hosts) {
  const link = linkOf(node.graph, input?.link)
  if (!steps || !link || Number(link.origin_id) !== SUBGRAPH_INPUTS) return null
  const host = hosts.find((one) => one?.subgraph === node.graph) ?? hostOf(node.graph)
  const outer = host?.inputs?.[Number(link.origin_slot)]
  if (!outer) return null
  if (outer.link != null) return promotedFor(host, outer, steps - 1, hosts)
  return list(host.widgets).find((widget) => widget?.name === (outer.widget?.name ?? outer.name)) ?? null
}

/**
 * @param {any} node
 * @param {any} input
 * @param {number} steps
 * @returns {Origin | null}
 */
function follow(node, input, steps) {
  const link = linkOf(node?.graph, input?.link)
  if (!link || !steps) return null
  if (Number(link.origin_id) === SUBGRAPH_INPUTS) {
    const host = hostOf(node.graph)
    return follow(host, host?.inputs?.[Number(link.origin_slot)], steps - 1)
  }
  return through(node.graph.getNodeById?.(link.origin_id), Number(link.origin_slot), steps)
}

/**
 * @param {any} node
 * @param {number} slot
 * @param {number} steps
 * @returns {Origin | null}
 */
function through(node, slot, steps) {
  if (!node || node.mode === MUTED) return null
  if (node.type === 'Reroute') return follow(node, node.inputs?.[0], steps - 1)
  if (node.mode === BYPASSED) return follow(node, passing(node, slot), steps - 1)
  if (!node.subgraph) return { node, slot }
  const inner = list(node.subgraph.outputs)[slot]
  return follow({ graph: node.subgraph }, { link: list(inner?.linkIds)[0] }, steps - 1)
}

/**
 * The input that a bypassed node hands on: the one in the same place, or else the first of the same type.
 * @param {any} node
 * @param {number} slot
 */
function passing(node, slot) {
  const type = node.outputs?.[slot]?.type
  const inputs = list(node.inputs)
  return inputs[slot]?.type === type ? inputs[slot] : inputs.find((input) => input?.type === type)
}

/**
 * The only subgraph node that shows this subgraph; null at the root, and where several do.
 * @param {any} graph
 */
function hostOf(graph) {
  const root = graph?.rootGraph
  if (!root || root === graph) return null
  const graphs = [root, ...(root.subgraphs?.values?.() ?? [])]
  const hosts = graphs.flatMap((each) => list(each.nodes)).filter((node) => node?.subgraph === graph)
  return hosts.length === 1 ? hosts[0] : null
}

/**
 * @param {any} graph
 * @param {unknown} id
 */
function linkOf(graph, id) {
  if (!graph || id == null) return null
  return graph.getLink?.(id) ?? graph.links?.get?.(id) ?? graph.links?.[/** @type {number} */ (id)] ?? null
}

/**
 * @param {any} node
 * @param {string} name
 */
function inputNamed(node, name) {
  return list(node?.inputs).find((input) => input?.name === name)
}

/**
 * @param {unknown} value
 * @returns {any[]}
 */
function list(value) {
  return Array.isArray(value) ? value : []
}
