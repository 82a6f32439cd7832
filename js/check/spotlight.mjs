// @ts-check
/** Brings a node to the middle of what is seen of the graph, and draws a ring around it for a moment. */

const GLIDE_MS = 260
const RING_MS = 1800
const GAP_PX = 7
const LEAST_SCALE = 0.7 // below 0.6 nodes are drawn without their texts
const MOST_SCALE = 1.4
const ROOM = 0.8

/** @type {HTMLElement | null} */
let ring = null

/**
 * Open the graph that a node is in, select the node and show where it is.
 * @param {any} app
 * @param {import('./place.mjs').Place} place
 */
export async function show(app, { node, hosts }) {
  const { canvas } = app
  if (await opened(canvas, node, hosts.at(-1))) await frames(2) // the editor brings its own view of it first
  canvas.selectNode?.(node)
  await glide(canvas, viewOf(canvas, node))
  encircle(canvas, node)
}

/**
 * @param {any} canvas
 * @param {any} node
 * @param {any} host
 * @returns {Promise<boolean>} whether another graph was open
 */
async function opened(canvas, node, host) {
  if (canvas.graph === node.graph) return false
  const inside = node.graph?.rootGraph && node.graph.rootGraph !== node.graph
  if (inside && host?.graph === canvas.graph && canvas.openSubgraph) canvas.openSubgraph(node.graph, host)
  else {
    canvas.subgraph = inside ? node.graph : undefined
    canvas.setGraph(node.graph)
  }
  return true
}

/** @param {number} count */
async function frames(count) {
  for (let n = 0; n < count; n++) await new Promise((resolve) => requestAnimationFrame(resolve))
}

/**
 * A node's outline in the graph: x, y, width, height.
 * @param {any} node
 * @returns {number[]}
 */
function outline(node) {
  const area = Array.from(node.boundingRect ?? [])
  if (area.length === 4 && area[2] > 0) return area
  return [node.pos[0], node.pos[1] - 30, node.size[0], node.size[1] + 30]
}

/**
 * The view with a node in the middle of the part of the canvas that no panel covers; its scale only where it has to.
 * @param {any} canvas
 * @param {any} node
 */
function viewOf(canvas, node) {
  const whole = canvas.canvas.getBoundingClientRect()
  const seen = document.querySelector('.graph-canvas-panel')?.getBoundingClientRect() ?? whole
  const [x, y, width, height] = outline(node)
  const fitting = ROOM * Math.min(seen.width / width, seen.height / height)
  const scale = Math.min(Math.max(canvas.ds.scale, LEAST_SCALE), MOST_SCALE, Math.max(fitting, 0.1))
  const middle = [seen.x - whole.x + seen.width / 2, seen.y - whole.y + seen.height / 2]
  return { scale, offset: [middle[0] / scale - x - width / 2, middle[1] / scale - y - height / 2] }
}

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/**
 * @param {any} canvas
 * @param {{ scale: number, offset: number[] }} target
 */
async function glide(canvas, { scale, offset }) {
  const { ds } = canvas
  const from = { scale: ds.scale, x: ds.offset[0], y: ds.offset[1] }
  const start = performance.now()
  for (let done = 0; done < 1; ) {
    done = still() ? 1 : Math.min(1, (performance.now() - start) / GLIDE_MS)
    const part = done * done * (3 - 2 * done)
    ds.scale = from.scale + (scale - from.scale) * part
    ds.offset[0] = from.x + (offset[0] - from.x) * part
    ds.offset[1] = from.y + (offset[1] - from.y) * part
    canvas.setDirty(true, true)
    if (done < 1) await frames(1)
  }
}

/**
 * The ring follows the node while it is there, whatever draws the node.
 * @param {any} canvas
 * @param {any} node
 */
function encircle(canvas, node) {
  ring?.remove()
  const mine = (ring = document.createElement('div'))
  mine.className = 'fit-ad-check-ring'
  mine.setAttribute('aria-hidden', 'true')
  document.body.append(mine)
  const end = performance.now() + RING_MS
  const follow = () => {
    if (mine !== ring || performance.now() > end || canvas.graph !== node.graph) return mine.remove()
    const { x, y } = canvas.canvas.getBoundingClientRect()
    const { scale, offset } = canvas.ds
    const [left, top, width, height] = outline(node)
    mine.style.translate = `${x + (left + offset[0]) * scale - GAP_PX}px ${y + (top + offset[1]) * scale - GAP_PX}px`
    mine.style.width = `${width * scale + 2 * GAP_PX}px`
    mine.style.height = `${height * scale + 2 * GAP_PX}px`
    requestAnimationFrame(follow)
  }
  follow()
}
