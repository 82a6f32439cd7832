// @ts-check
/** Puts the cut-out's panel into AdCutout nodes and keeps it in step with them. */
import { Watch, addPanel, chain, hide, localeOf } from '../hooks.mjs'
import { ENGLISH, KOREAN } from '../lib/cutting.mjs'
import { spokenIn } from '../lib/languages.mjs'
import { CutoutPanel } from './panel.mjs'

const WIDGET = 'fit_ad_cutout'
const LEAST_HEIGHT_PX = 72
const WIDTH_PX = 320
const LOOK_EVERY_MS = 300

/** @type {Watch<CutoutPanel>} */
const panels = new Watch((panel) => panel.look(), LOOK_EVERY_MS)
/** @type {WeakMap<object, CutoutPanel>} */
const byNode = new WeakMap()

/**
 * Add the panel to an AdCutout node. It is not part of the saved graph nor of the prompt: the field `chosen` is.
 * @param {any} node
 * @param {{ app: any, api: any }} host
 */
export function attachCutout(node, host) {
  const panel = new CutoutPanel(node, host, spokenIn(localeOf(host.app), ENGLISH, KOREAN))
  addPanel(node, { name: WIDGET, root: panel.root, label: panel.labels.title, leastPx: LEAST_HEIGHT_PX }, { hideInPanel: true })
  hide(panel.widget)
  const [width, height] = node.computeSize?.() ?? [0, 0]
  node.setSize?.([Math.max(node.size[0], width, WIDTH_PX), Math.max(node.size[1], height)])
  byNode.set(node, panel)
  panels.add(node, panel)
  chain(node, 'onExecuted', (output) => panel.executed(output))
  chain(node, 'onAdded', () => panels.add(node, panel))
  chain(node, 'onRemoved', () => panels.remove(node))
}

/**
 * Show the verdict of an output that is there again after a reload.
 * @param {object} node
 * @param {unknown} output
 */
export function showVerdict(node, output) {
  byNode.get(node)?.executed(output)
}
