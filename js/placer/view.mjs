// @ts-check
/** The editor's elements: stage, toolbar, notices. It holds no state of the placement. */
import { make } from '../elements.mjs'
import { linkStyle } from '../hooks.mjs'
import { Marks, svg } from './marks.mjs'

/** @typedef {import('../lib/labels.mjs').Labels} Labels */

/** Strokes on a 16 × 16 grid. @type {Record<string, string>} */
const ICONS = {
  undo: 'M6 3.5 3 6.5l3 3M3 6.5h6.2a3.3 3.3 0 0 1 0 6.6H6.5',
  redo: 'M10 3.5l3 3-3 3M13 6.5H6.8a3.3 3.3 0 0 0 0 6.6h2.7',
  lock: 'M4.5 7.5h7v5.5h-7zM6 7.5V5.4a2 2 0 0 1 4 0v2.1',
  centerX: 'M8 2.5v11M4 5h8v2.4H4zM5.5 9h5v2.4h-5z',
  centerY: 'M2.5 8h11M5 4v8h2.4V4zM9 5.5v5h2.4v-5z',
  previous: 'M10 3.5 5.5 8l4.5 4.5',
  next: 'M6 3.5 10.5 8 6 12.5',
  zoomOut: 'M4 8h8',
  zoomIn: 'M4 8h8M8 4v8',
  pass: 'M3.5 8.5l3 3 6-7',
  fail: 'M8 3.2v6M8 12v.4',
}

/** @param {string} name */
export function icon(name) {
  const drawn = svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true', class: 'fit-ad-icon' })
  drawn.append(svg('path', { d: ICONS[name] }))
  return drawn
}

/**
 * @param {string} name
 * @param {string} label
 */
function button(name, label) {
  const element = make('button', 'fit-ad-button', [icon(name)])
  element.type = 'button'
  keepKeys(element)
  element.title = label
  element.setAttribute('aria-label', label)
  return element
}

/**
 * @param {string} label
 * @param {string} name
 */
function textButton(label, name) {
  const element = make('button', `fit-ad-button fit-ad-text ${name}`)
  element.type = 'button'
  keepKeys(element)
  element.textContent = label
  return element
}

/** @param {string} name */
function picture(name) {
  const image = make('img', name)
  image.alt = ''
  image.draggable = false
  return image
}

let count = 0

/**
 * @param {Labels} labels
 */
export function build(labels) {
  for (const name of ['../frame.css', './placer.css']) linkStyle(new URL(name, import.meta.url))
  const marks = new Marks(labels)
  const parts = { marks, ...stageParts(labels, marks), ...barParts(labels) }
  const { stage, undo, redo, lock, centerX, centerY, contrast, zoomOut, zoomFit, zoomIn } = parts
  const gap = () => make('span', 'fit-ad-gap')
  const bar = make('div', 'fit-ad-bar', [
    undo,
    redo,
    gap(),
    lock,
    centerX,
    centerY,
    make('span', 'fit-ad-spring'),
    contrast,
    make('span', 'fit-ad-spring'),
    make('span', 'fit-ad-zoom', [zoomOut, zoomFit, zoomIn]),
  ])
  bar.setAttribute('role', 'toolbar')
  bar.setAttribute('aria-label', labels.editor)
  return { ...parts, bar, root: make('div', 'fit-ad-frame fit-ad-placer', [stage, parts.notice, bar]) }
}

/** @typedef {ReturnType<typeof build>} View */

/**
 * @param {Labels} labels
 * @param {Marks} marks
 */
function stageParts(labels, marks) {
  const background = picture('fit-ad-background')
  const overlay = picture('fit-ad-overlay')
  const exact = picture('fit-ad-exact')
  const world = make('div', 'fit-ad-world', [background, overlay, exact])
  const badge = make('div', 'fit-ad-badge')
  const live = make('output', 'fit-ad-hidden')
  const help = make('span', 'fit-ad-hidden')
  help.id = `fit-ad-placer-help-${++count}`
  help.textContent = labels.help
  const { notice, keep, reseed } = noticeParts(labels)
  const hint = make('div', 'fit-ad-hint')
  hint.setAttribute('role', 'status')
  const pages = pagesParts(labels)
  const stage = make('div', 'fit-ad-stage', [world, marks.element, badge, hint, live, help, pages.pages])
  focusable(stage, labels, help.id)
  return { stage, world, background, overlay, exact, badge, live, help, hint, notice, keep, reseed, ...pages }
}

/**
 * Where a run made several pictures: which one is shown, and buttons to the others.
 * @param {Labels} labels
 */
function pagesParts(labels) {
  const previous = button('previous', labels.previous)
  const next = button('next', labels.next)
  const page = make('span', 'fit-ad-page')
  page.setAttribute('aria-live', 'polite')
  const pages = make('div', 'fit-ad-pages', [previous, page, next])
  pages.setAttribute('role', 'group')
  pages.setAttribute('aria-label', labels.pages)
  pages.hidden = true
  return { pages, previous, next, page }
}

/** @param {Labels} labels */
function noticeParts(labels) {
  const said = make('span', 'fit-ad-said')
  said.textContent = labels.stale
  const keep = textButton(labels.keep, '')
  const reseed = textButton(labels.reseed, 'fit-ad-strong')
  const notice = make('div', 'fit-ad-notice', [said, keep, reseed])
  notice.setAttribute('role', 'group')
  notice.hidden = true
  return { notice, keep, reseed }
}

/**
 * @param {HTMLElement} stage
 * @param {Labels} labels
 * @param {string} help
 */
function focusable(stage, labels, help) {
  stage.tabIndex = 0
  stage.setAttribute('role', 'application')
  stage.setAttribute('aria-roledescription', labels.editor)
  stage.setAttribute('aria-label', labels.frame)
  stage.setAttribute('aria-describedby', help)
  keepKeys(stage)
}

/**
 * ComfyUI's own undo listens before anything in the page can stop it; it leaves keys alone that go to a text field, which
 * it knows by one of these properties: by the first up to front end 1.57, by the other since 1.58. The attributes of the
 * element stay what they are.
 * @param {HTMLElement} element
 */
function keepKeys(element) {
  Object.defineProperty(element, 'type', { value: 'textarea', configurable: true })
  Object.defineProperty(element, 'isContentEditable', { value: true, configurable: true })
}

/** @param {Labels} labels */
function barParts(labels) {
  const zoomFit = textButton('100%', 'fit-ad-percent')
  zoomFit.title = labels.zoomFit
  const contrast = make('span', 'fit-ad-contrast')
  contrast.hidden = true
  return {
    undo: button('undo', labels.undo),
    redo: button('redo', labels.redo),
    lock: button('lock', labels.lock),
    centerX: button('centerX', labels.centerX),
    centerY: button('centerY', labels.centerY),
    zoomOut: button('zoomOut', labels.zoomOut),
    zoomIn: button('zoomIn', labels.zoomIn),
    zoomFit,
    contrast,
  }
}
