// @ts-check
/** From a finding to its node in the editor's graph, and the change that mends it. */
import { capture } from '../hooks.mjs'
import { settingOf } from '../lib/source.mjs'

/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** A node, and the subgraph nodes that lead to it. @typedef {{ node: any, hosts: any[] }} Place */

/**
 * The graph itself, whichever subgraph is open.
 * @param {any} app
 */
export const rootOf = (app) => app.rootGraph ?? app.graph

/**
 * The workflow whose tab is open.
 * @param {any} app
 */
export const workflowOf = (app) => app.extensionManager?.workflow?.activeWorkflow

/**
 * Where a finding's node is; null for findings on the whole graph and for nodes that are gone.
 * @param {any} root
 * @param {Finding} finding
 * @returns {Place | null}
 */
export function placeIn(root, { node, subgraph, local }) {
  if (!node) return null
  const found = walk(root, node.split(':'))
  if (found && (found.node.graph?.id === subgraph || !subgraph)) return found
  const inside = subgraph ? nodeOf(root?.subgraphs?.get?.(subgraph), local || node) : null
  return inside ? { node: inside, hosts: [] } : null
}

/**
 * @param {any} graph
 * @param {string[]} path
 * @returns {Place | null}
 */
function walk(graph, path) {
  const hosts = []
  for (const [at, id] of path.entries()) {
    const node = nodeOf(graph, id)
    if (!node) return null
    if (at === path.length - 1 || !node.subgraph) return { node, hosts }
    hosts.push(node)
    graph = node.subgraph
  }
  return null
}

/**
 * @param {any} graph
 * @param {string} id
 */
function nodeOf(graph, id) {
  return graph?.getNodeById?.(id) ?? graph?.nodes?.find?.((/** @type {any} */ one) => String(one.id) === id) ?? null
}

/**
 * What the editor calls the node and the input of a finding; it may speak another language than the graph's file.
 * @param {any} root
 * @param {Finding} finding
 * @returns {{ title: string, input: string }}
 */
export function namesIn(root, finding) {
  const node = placeIn(root, finding)?.node
  const slot = node?.inputs?.find?.((/** @type {any} */ one) => one?.name === finding.input)
  const widget = node?.widgets?.find?.((/** @type {any} */ one) => one?.name === finding.input)
  const input = slot?.label ?? widget?.label ?? slot?.localized_name ?? finding.input
  return { title: String(node?.getTitle?.() || finding.title || finding.type || finding.node), input: String(input) }
}

/**
 * The field whose change mends a finding; null where there is none, or where it no longer holds what was found.
 * @param {any} root
 * @param {Finding} finding
 */
function fieldFor(root, { repair, ...finding }) {
  if (!repair?.input) return null
  const place = placeIn(root, { repair, ...finding })
  const { widget } = place ? settingOf(place.node, repair.input, place.hosts) : { widget: null }
  return widget && widget.value === repair.old ? { widget, node: place?.node } : null
}

/**
 * Whether what mends a finding is another class of node; such nodes are recreated.
 * @param {Finding} finding
 */
export const isReplaced = ({ code, repair }) => code === 'unknown-node' && Boolean(repair)

/**
 * Whether a finding can be mended here and now.
 * @param {any} root
 * @param {Finding} finding
 */
export const mendable = (root, finding) =>
  isReplaced(finding) ? Boolean(placeIn(root, finding)) : Boolean(fieldFor(root, finding))

/**
 * Mend findings as if the values had been chosen by hand, as one step of the graph's undo.
 * @param {any} app
 * @param {Finding[]} findings
 * @returns {number} how many fields were changed
 */
export function mend(app, findings) {
  const root = rootOf(app)
  return asOneStep(app, () => findings.filter((one) => write(app, fieldFor(root, one), one.repair?.value)).length)
}

/**
 * @param {any} app
 * @param {{ widget: any, node: any } | null} field
 * @param {unknown} value
 */
function write(app, field, value) {
  if (!field) return false
  const { widget, node } = field
  widget.value = value
  widget.callback?.(value, app.canvas, node)
  if (widget.value !== value) widget.value = value // a number field's callback rounds to its step
  node.graph?.setDirtyCanvas?.(true, true)
  return true
}

/**
 * What was changed before counts as a step of its own.
 * @template T
 * @param {any} app
 * @param {() => T} change
 * @returns {T}
 */
function asOneStep(app, change) {
  const tracker = workflowOf(app)?.changeTracker
  capture(app)
  tracker?.beforeChange?.()
  try {
    return change()
  } finally {
    if (tracker?.afterChange) tracker.afterChange()
    else capture(app)
  }
}

/**
 * Put a mended graph in the place of the one that is open, as one step of the graph's undo.
 * @param {any} app
 * @param {any} graph in the editor's format
 */
export async function exchange(app, graph) {
  const workflow = workflowOf(app)
  const tracker = workflow?.changeTracker
  capture(app)
  const [before, steps] = [tracker?.activeState, tracker?.undoQueue?.length]
  // As the editor's own undo does it: else loading would make the new graph the one that undo cannot go behind.
  if (tracker) tracker._restoringState = true
  try {
    await app.loadGraphData(graph, false, false, workflow ?? null, { checkForRerouteMigration: false })
  } finally {
    if (tracker) tracker._restoringState = false
  }
  capture(app)
  // Since front end 1.58 what is loaded counts as known, so that nothing is left to be captured.
  if (before && tracker.undoQueue.length === steps) {
    tracker.undoQueue.push(before)
    tracker.redoQueue.length = 0
  }
}
