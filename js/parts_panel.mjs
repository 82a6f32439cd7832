// @ts-check
/** The panel in Ad Copy: what was recognised as chips, the three copies to choose among, every line to change. */
import { make, write } from './elements.mjs'
import { Watch, addPanel, capture, chain, linkStyle, localeOf } from './hooks.mjs'
import { LETTERS, LINES, chipsOf, editsIn, editsWith, labelsFor, partsOf, warningOf } from './lib/parts.mjs'
import { settingOf } from './lib/source.mjs'

const WIDGET = 'fit_ad_parts'
const LOOK_EVERY_MS = 200
const MIN_HEIGHT_PX = 300
const WIDTH_PX = 400

/** @type {WeakMap<object, PartsPanel>} */
const panels = new WeakMap()
/** @type {Watch<PartsPanel>} */
const watch = new Watch((panel) => panel.check(), LOOK_EVERY_MS)

/**
 * Add the panel to an AdCopyLLM node. What it changes stands in the node's own fields `pick` and `edits`.
 * @param {any} node
 * @param {{ app: any }} host
 */
export function attachPartsPanel(node, { app }) {
  linkStyle(new URL('./frame.css', import.meta.url))
  linkStyle(new URL('./parts_panel.css', import.meta.url))
  const panel = new PartsPanel(node, app)
  panels.set(node, panel)
  addPanel(node, { name: WIDGET, root: panel.root, label: panel.labels.title, leastPx: MIN_HEIGHT_PX })
  node.setSize?.([Math.max(node.size[0], WIDTH_PX), node.size[1]])
  watch.add(node, panel)
  chain(node, 'onAdded', () => watch.add(node, panel))
  chain(node, 'onRemoved', () => watch.remove(node))
  chain(node, 'onExecuted', (output) => showParts(node, output))
}

/**
 * Show the parts of an output; a node without a panel, or an output without parts, changes nothing.
 * @param {object} node
 * @param {unknown} output
 */
export function showParts(node, output) {
  const parts = partsOf(output)
  if (parts) panels.get(node)?.show(parts)
}

class PartsPanel {
  /**
   * @param {any} node
   * @param {any} app
   */
  constructor(node, app) {
    this.node = node
    this.app = app
    this.labels = labelsFor(localeOf(app))
    /** @type {import('./lib/parts.mjs').Part[] | null} */
    this.parts = null
    this.seen = ''
    this.warning = make('div', 'fit-ad-parts-warning')
    this.warning.setAttribute('role', 'status')
    this.choices = LETTERS.map((letter, at) => this.choice(letter, at + 1))
    const group = make('div', 'fit-ad-parts-choices', this.choices)
    group.setAttribute('role', 'radiogroup')
    group.setAttribute('aria-label', this.labels.choose)
    this.chips = make('div', 'fit-ad-parts-chips')
    this.lines = new Map(LINES.map((field) => [field, this.line(field)]))
    this.undo = make('button', 'fit-ad-parts-undo', [this.labels.reset])
    this.undo.type = 'button'
    this.undo.addEventListener('click', () => this.change('', null))
    const rows = [...this.lines].map(([field, input]) => make('label', 'fit-ad-parts-line', [this.nameOf(field), input]))
    this.root = make('div', 'fit-ad-frame fit-ad-parts', [this.warning, group, this.chips, ...rows, this.undo])
    this.root.addEventListener('wheel', (event) => event.stopPropagation())
    this.check()
  }

  /** @param {string} field */
  nameOf(field) {
    const name = make('span')
    name.textContent = /** @type {Record<string, string>} */ (this.labels.fields)[field]
    return name
  }

  /**
   * @param {string} letter
   * @param {number} pick
   */
  choice(letter, pick) {
    const button = make('button', 'fit-ad-parts-choice')
    button.type = 'button'
    button.textContent = `${letter} ${/** @type {Record<string, string>} */ (this.labels.angles)[letter]}`
    button.setAttribute('role', 'radio')
    button.addEventListener('click', () => this.set('pick', pick))
    return button
  }

  /** @param {string} field */
  line(field) {
    const input = make('textarea', 'fit-ad-parts-text')
    input.rows = field === 'body' ? 3 : 1
    input.addEventListener('change', () => this.change(field, input.value))
    // keys are for the line, not for the graph
    input.addEventListener('keydown', (event) => event.stopPropagation())
    return input
  }

  /** @param {string} name */
  widget(name) {
    return this.node.widgets?.find((/** @type {any} */ each) => each.name === name)
  }

  /**
   * @param {string} name
   * @param {string | number} value
   */
  set(name, value) {
    const widget = this.widget(name)
    if (!widget || widget.value === value) return
    widget.value = value
    widget.callback?.(value)
    this.node.graph?.setDirtyCanvas?.(true, true)
    capture(this.app)
    this.check()
  }

  /**
   * @param {string} field
   * @param {string | null} value
   */
  change(field, value) {
    this.set('edits', editsWith(this.widget('edits')?.value, this.pick, field, value))
  }

  get pick() {
    const pick = Number(this.widget('pick')?.value)
    return pick >= 1 && pick <= LETTERS.length ? pick : 1
  }

  /** @param {import('./lib/parts.mjs').Part[]} parts */
  show(parts) {
    this.parts = parts
    this.seen = ''
    this.check()
  }

  /** Follow the node's fields, which change by typing, by undo and by a graph that is opened. */
  check() {
    const warning = warningOf((name) => settingOf(this.node, name), this.labels)
    const edits = String(this.widget('edits')?.value ?? '')
    const seen = JSON.stringify([this.pick, edits, warning])
    if (seen === this.seen) return
    this.seen = seen
    const own = editsIn(edits)[this.pick]
    write(this.warning, warning || (own ? this.labels.edited : this.parts ? '' : this.labels.hint))
    this.warning.dataset.state = warning ? 'warn' : 'quiet'
    this.choices.forEach((button, at) => button.setAttribute('aria-checked', String(at + 1 === this.pick)))
    this.undo.disabled = !own
    this.draw({ ...this.parts?.[this.pick - 1], ...own })
  }

  /** @param {import('./lib/parts.mjs').Part} part */
  draw(part) {
    this.lines.forEach((input, field) => {
      if (document.activeElement !== input) input.value = part[field] ?? ''
      input.disabled = !this.parts
    })
    this.chips.replaceChildren(
      ...chipsOf(part).map(({ field, text }) => make('span', 'fit-ad-parts-chip', [this.nameOf(field), ` ${text}`])),
    )
  }
}
