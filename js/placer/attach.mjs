// @ts-check
/** Puts the placement editor into TextPlacer nodes and keeps it in step with them. */
import { Watch, addPanel, chain, hide } from '../hooks.mjs'
import { Editor } from './editor.mjs'

const WIDGET = 'placement'
const HIDDEN = 'edited'
const LEAST_HEIGHT_PX = 300
const WIDTH_PX = 420
const HEIGHT_PX = 460
const LOOK_EVERY_MS = 200
const MOST_LEFT = 16
/** The words to type are few: what the node grows by goes to the picture. */
const TEXT_PX = 96

/** @type {Watch<Editor>} */
const editors = new Watch(look, LOOK_EVERY_MS)
/** Elements of nodes that are gone, by the node's name. @type {Map<string, HTMLElement>} */
const left = new Map()

/**
 * Add the editor to a TextPlacer node. It is not part of the saved graph nor of the prompt: the fields are.
 * @param {any} node
 * @param {{ app: any, api: any }} host
 */
export function attachPlacer(node, host) {
  const editor = new Editor(node, host, () => editors.things.values())
  const { root } = editor.view
  addPanel(
    node,
    { name: WIDGET, type: 'fit_ad_placement', root, label: editor.labels.editor, leastPx: LEAST_HEIGHT_PX },
    { hideInPanel: true },
  )
  hide(node.widgets?.find((/** @type {any} */ each) => each.name === HIDDEN))
  keepLow(node.widgets?.find((/** @type {any} */ each) => each.name === 'text'))
  const [width, height] = node.computeSize?.() ?? [0, 0]
  node.setSize?.([Math.max(node.size[0], width, WIDTH_PX), Math.max(node.size[1], height + HEIGHT_PX - LEAST_HEIGHT_PX)])
  follow(node, editor)
}

/**
 * Keep a text field from growing with its node.
 * @param {any} widget
 */
function keepLow(widget) {
  if (widget?.options) Object.assign(widget.options, { getMinHeight: () => TEXT_PX, getMaxHeight: () => TEXT_PX })
}

/**
 * @param {any} node
 * @param {Editor} editor
 */
function follow(node, editor) {
  watch(node, editor)
  chain(node, 'onExecuted', (output) => editor.executed(output))
  chain(node, 'onConfigure', () => editor.configured())
  chain(node, 'onAdded', () => watch(node, editor))
  chain(node, 'onRemoved', () => unwatch(node, editor))
}

/**
 * @param {any} node
 * @param {Editor} editor
 */
function watch(node, editor) {
  editors.add(node, editor)
  editor.begin()
}

/** @param {Editor} editor */
function look(editor) {
  takeOver(editor)
  editor.check()
}

/**
 * Front ends go on showing the element of another node of the same number in two cases: up to 1.39 that of the node that
 * was there before an undo of the graph; since 1.58, in Nodes 2.0, that of the graph that was open before this one.
 * @param {Editor} editor
 */
function takeOver(editor) {
  const { root } = editor.view
  if (root.isConnected) return
  const name = editor.bridge.locator()
  const other = left.get(name) ?? shownFor(editor)
  if (other?.isConnected) other.replaceWith(root)
  left.delete(name)
}

/**
 * What is shown in the place of a node's editor.
 * @param {Editor} editor
 * @returns {Element | null | undefined}
 */
function shownFor({ app, bridge: { node } }) {
  if (!node.graph || node.graph !== app.canvas?.graph) return null
  return document.querySelector(`[data-node-id="${CSS.escape(String(node.id))}"] .fit-ad-placer`)
}

/**
 * @param {any} node
 * @param {Editor} editor
 */
function unwatch(node, editor) {
  editor.stop()
  editors.remove(node)
  left.set(editor.bridge.locator(), editor.view.root)
  if (left.size > MOST_LEFT) left.delete(/** @type {string} */ (left.keys().next().value))
}
