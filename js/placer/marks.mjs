// @ts-check
/** Draws what lies over the picture: safe zone, suggested places, guides, frame and handles. */
import { HANDLES, turned } from '../lib/gestures.mjs'

/** @typedef {import('../lib/placement.mjs').Box} Box */
/** @typedef {[number, number]} Pair */
/**
 * What is drawn; boxes in px of the finished picture.
 * @typedef {object} Model
 * @property {Pair} canvas
 * @property {Pair} stage size of the stage in its own px
 * @property {Pair} origin where the picture's corner is on the stage
 * @property {number} scale stage px per px of the picture
 * @property {number} unit size of a screen px in stage px
 * @property {Box} box
 * @property {Box} ink
 * @property {Pair} pivot
 * @property {number} rotation
 * @property {Box | null} free
 * @property {{ index: number, box: Box, label: string }[]} ghosts suggested places, and which of the reply's they are
 * @property {import('../lib/snapping.mjs').Guide[]} guides
 * @property {(part: string) => boolean} inert whether a part does nothing, because another node feeds its field
 */

const SVG = 'http://www.w3.org/2000/svg'
const HANDLE_PX = 8
const HANDLE_REACH_PX = 18
const TURN_AWAY_PX = 24
const TURN_RADIUS_PX = 5
const SAME_PX = 1.5
const CURSORS = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize']

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}) {
  const element = document.createElementNS(SVG, name)
  set(element, attributes)
  return element
}

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}

export class Marks {
  /** @param {import('../lib/labels.mjs').Labels} labels */
  constructor(labels) {
    this.labels = labels
    this.element = svg('svg', { class: 'fit-ad-marks' })
    this.zone = svg('path', { class: 'fit-ad-zone', 'fill-rule': 'evenodd', 'aria-hidden': 'true' })
    this.zoneEdge = svg('rect', { class: 'fit-ad-zone-edge', 'aria-hidden': 'true' })
    this.ghosts = svg('g', { 'aria-hidden': 'true' })
    this.tags = svg('g')
    this.guides = svg('g', { 'aria-hidden': 'true' })
    this.frame = svg('g', { class: 'fit-ad-frame', 'aria-hidden': 'true' })
    this.parts = frameParts()
    this.frame.append(...Object.values(this.parts))
    this.element.append(this.zone, this.zoneEdge, this.ghosts, this.guides, this.frame, this.tags)
    this.ghostsShown = ''
  }

  /** @param {Model} model */
  draw(model) {
    set(this.element, { viewBox: `0 0 ${model.stage[0]} ${model.stage[1]}` })
    this.drawZone(model)
    this.drawGhosts(model)
    this.drawGuides(model)
    this.drawFrame(model)
  }

  /** @param {Model} model */
  drawZone(model) {
    this.zone.style.display = this.zoneEdge.style.display = model.free ? '' : 'none'
    if (!model.free) return
    const inner = placed(model.free, model)
    const outer = placed({ x: 0, y: 0, width: model.canvas[0], height: model.canvas[1] }, model)
    set(this.zone, { d: outline(outer) + outline(inner) })
    set(this.zoneEdge, { ...inner, 'stroke-width': model.unit, 'stroke-dasharray': `${4 * model.unit} ${4 * model.unit}` })
  }

  /**
   * Suggested places lie below the frame, their numbers above it, so that they can always be clicked.
   * @param {Model} model
   */
  drawGhosts(model) {
    const shown = model.ghosts.map((ghost) => ghost.index).join()
    if (shown !== this.ghostsShown) {
      this.ghosts.replaceChildren(...model.ghosts.map(ghostArea))
      this.tags.replaceChildren(...model.ghosts.map((ghost) => ghostTag(ghost, this.labels.ghost)))
    }
    this.ghostsShown = shown
    const { unit } = model
    const [side, dashes] = [16 * unit, `${5 * unit} ${4 * unit}`]
    model.ghosts.forEach((ghost, order) => {
      const box = placed(ghost.box, model)
      set(this.ghosts.children[order], { ...box, rx: 2 * unit, 'stroke-width': 1.25 * unit, 'stroke-dasharray': dashes })
      const [tag, label] = this.tags.children[order].children
      set(tag, { x: box.x, y: box.y, width: side, height: side, rx: 2 * unit })
      set(label, { x: box.x + side / 2, y: box.y + side / 2, 'font-size': 10 * unit })
    })
  }

  /** @param {Model} model */
  drawGuides(model) {
    const lines = model.guides.map((guide) => {
      const at = guide.at * model.scale
      const [x, y] = model.origin
      const end = [x + model.canvas[0] * model.scale, y + model.canvas[1] * model.scale]
      const ends = guide.axis === 'x' ? { x1: x + at, x2: x + at, y1: y, y2: end[1] } : { y1: y + at, y2: y + at, x1: x, x2: end[0] }
      return svg('line', { class: 'fit-ad-guide', 'stroke-width': 1 * model.unit, 'data-kind': guide.kind, ...ends })
    })
    this.guides.replaceChildren(...lines)
  }

  /** @param {Model} model */
  drawFrame(model) {
    const { unit } = model
    const box = placed(model.box, model)
    const ink = placed(model.ink, model)
    const pivot = onStage(model.pivot, model)
    set(this.frame, { transform: `rotate(${model.rotation} ${pivot[0]} ${pivot[1]})` })
    set(this.parts.body, { ...box })
    set(this.parts.casing, { ...box, 'stroke-width': 3 * unit })
    set(this.parts.line, { ...box, 'stroke-width': 1.5 * unit })
    const tight = Math.abs(ink.width - box.width) < SAME_PX * unit && Math.abs(ink.height - box.height) < SAME_PX * unit
    this.parts.ink.style.display = tight ? 'none' : ''
    set(this.parts.ink, { ...ink, 'stroke-width': unit, 'stroke-dasharray': `${2 * unit} ${3 * unit}` })
    for (const [name, sides] of Object.entries(HANDLES)) this.drawHandle(name, sides, box, model)
    this.drawTurn(box, pivot, model)
    this.drawInert(model)
  }

  /** Parts that do nothing look so, and say why. @param {Model} model */
  drawInert({ inert }) {
    this.still('body', 'body', inert('frame'))
    this.still('turn', 'turn-reach', inert('turn'))
    for (const name of Object.keys(HANDLES)) this.still(name, `${name}-reach`, inert(`handle:${name}`))
  }

  /**
   * @param {string} name
   * @param {string} area that takes the pointer
   * @param {boolean} inert
   */
  still(name, area, inert) {
    this.parts[name].classList.toggle('fit-ad-inert', inert)
    const { style } = this.parts[area]
    if (inert) style.cursor = 'not-allowed'
    else if (style.cursor === 'not-allowed') style.cursor = ''
    const said = inert ? this.labels.linked : ''
    if (this.parts[area].textContent === said) return
    const title = svg('title')
    title.textContent = said
    this.parts[area].replaceChildren(...(inert ? [title] : []))
  }

  /**
   * @param {string} name
   * @param {Pair} sides
   * @param {Box} box on the stage
   * @param {Model} model
   */
  drawHandle(name, sides, box, { unit, rotation }) {
    const x = box.x + ((sides[0] + 1) / 2) * box.width
    const y = box.y + ((sides[1] + 1) / 2) * box.height
    const corner = sides[0] !== 0 && sides[1] !== 0
    const [along, thick] = sides[0] === 0 ? [box.width, box.height] : [box.height, box.width]
    const useful = corner || along > 28 * unit
    square(this.parts[name], x, y, HANDLE_PX * unit, { rx: 1.5 * unit, 'stroke-width': 1.5 * unit })
    const across = reach(sides[0], x, box.width, unit)
    const down = reach(sides[1], y, box.height, unit)
    const area = { x: across[0], y: down[0], width: across[1], height: down[1], 'data-part': `handle:${name}` }
    set(this.parts[`${name}-reach`], area)
    this.parts[name].style.display = useful && (corner || thick > 24 * unit) ? '' : 'none'
    this.parts[`${name}-reach`].style.display = useful ? '' : 'none'
    const angle = (Math.atan2(sides[0], -sides[1]) * 180) / Math.PI + rotation
    this.parts[`${name}-reach`].style.cursor = CURSORS[((Math.round(angle / 45) % 4) + 4) % 4]
  }

  /**
   * The handle to turn by stands above the frame, or below or inside where there is no room.
   * @param {Box} box on the stage
   * @param {Pair} pivot on the stage
   * @param {Model} model
   */
  drawTurn(box, pivot, { unit, rotation, stage }) {
    const x = box.x + box.width / 2
    const away = TURN_AWAY_PX * unit
    const edge = TURN_RADIUS_PX * unit + 2 * unit
    const places = [box.y - away, box.y + box.height + away, box.y + away].map((y) => /** @type {Pair} */ ([x, y]))
    const roomy = places.findIndex((place) => within(turned(place, rotation, pivot), stage, edge))
    const at = places[roomy < 0 ? 2 : roomy]
    const from = roomy === 1 ? box.y + box.height : box.y
    set(this.parts.stem, { x1: x, y1: from, x2: x, y2: at[1], 'stroke-width': 1.5 * unit })
    set(this.parts.turn, { cx: x, cy: at[1], r: TURN_RADIUS_PX * unit, 'stroke-width': 1.5 * unit })
    set(this.parts['turn-reach'], { cx: x, cy: at[1], r: (HANDLE_REACH_PX / 2) * unit, 'data-part': 'turn' })
  }
}

/** @returns {Record<string, SVGElement>} */
function frameParts() {
  /** @type {Record<string, SVGElement>} */
  const parts = {
    casing: svg('rect', { class: 'fit-ad-casing' }),
    line: svg('rect', { class: 'fit-ad-line' }),
    ink: svg('rect', { class: 'fit-ad-ink' }),
    body: svg('rect', { class: 'fit-ad-body', 'data-part': 'frame' }),
    stem: svg('line', { class: 'fit-ad-stem fit-ad-grip' }),
    turn: svg('circle', { class: 'fit-ad-handle fit-ad-grip' }),
    'turn-reach': svg('circle', { class: 'fit-ad-reach fit-ad-turn' }),
  }
  const names = Object.keys(HANDLES)
  for (const name of names) parts[name] = svg('rect', { class: 'fit-ad-handle fit-ad-grip' })
  for (const name of names) parts[`${name}-reach`] = svg('rect', { class: 'fit-ad-reach' })
  return parts
}

/** @param {{ index: number }} ghost */
function ghostArea({ index }) {
  return svg('rect', { class: 'fit-ad-ghost fit-ad-ghost-area', 'data-part': `ghost:${index}` })
}

/**
 * @param {{ index: number, label: string }} ghost
 * @param {string} name what such a place is called
 */
function ghostTag({ index, label }, name) {
  const said = { role: 'button', 'aria-label': `${name} ${label}`, 'aria-keyshortcuts': label }
  const group = svg('g', { class: 'fit-ad-ghost', 'data-part': `ghost:${index}`, ...said })
  const text = svg('text', { 'text-anchor': 'middle', 'dominant-baseline': 'central' })
  text.textContent = label
  group.append(svg('rect', { class: 'fit-ad-ghost-tag' }), text)
  return group
}

/**
 * @param {SVGElement} element
 * @param {number} x
 * @param {number} y
 * @param {number} side
 * @param {Record<string, string | number>} more
 */
function square(element, x, y, side, more) {
  set(element, { x: x - side / 2, y: y - side / 2, width: side, height: side, ...more })
}

/**
 * Where a handle takes the pointer along one axis; of a small frame it leaves the inside to the frame.
 * @param {number} side
 * @param {number} at
 * @param {number} length of the frame
 * @param {number} unit
 * @returns {Pair} start and length
 */
function reach(side, at, length, unit) {
  const half = (HANDLE_REACH_PX / 2) * unit
  const inner = side === 0 ? half : Math.min(half, length / 4)
  return [side > 0 ? at - inner : at - half, half + inner]
}

/** @param {Box} box */
function outline({ x, y, width, height }) {
  return `M${x} ${y}h${width}v${height}h${-width}z`
}

/**
 * @param {Pair} point
 * @param {Pair} stage
 * @param {number} edge
 */
function within([x, y], stage, edge) {
  return x >= edge && y >= edge && x <= stage[0] - edge && y <= stage[1] - edge
}

/**
 * A box of the picture on the stage.
 * @param {Box} box
 * @param {{ origin: Pair, scale: number }} model
 * @returns {Box}
 */
export function placed(box, model) {
  const [x, y] = onStage([box.x, box.y], model)
  return { x, y, width: box.width * model.scale, height: box.height * model.scale }
}

/**
 * @param {Pair} point
 * @param {{ origin: Pair, scale: number }} model
 * @returns {Pair}
 */
function onStage([x, y], { origin, scale }) {
  return [origin[0] + x * scale, origin[1] + y * scale]
}
