// @ts-check
/** The panel in an AdCutout node: the verdict of the last run, and the ways to put a cut-out right. */
import { make, write } from '../elements.mjs'
import { capture, linkStyle } from '../hooks.mjs'
import { choicesIn, filled, textOf, told, verdictOf } from '../lib/cutting.mjs'
import { photoOf } from '../lib/source.mjs'
import { Chooser, button } from './chooser.mjs'
import { showModels } from './models.mjs'

/** @typedef {import('../lib/cutting.mjs').Choice} Choice */

export class CutoutPanel {
  /**
   * @param {any} node
   * @param {{ app: any, api: any }} host
   * @param {import('../lib/cutting.mjs').Labels} labels
   */
  constructor(node, host, labels) {
    linkStyle(new URL('../frame.css', import.meta.url))
    linkStyle(new URL('./cutout.css', import.meta.url))
    this.node = node
    this.host = host
    this.labels = labels
    this.verdict = make('div', 'fit-ad-cutout-verdict')
    this.choose = button(labels.choose, () => this.open())
    this.better = button(labels.better, () => showModels(host.api, labels))
    const row = make('div', 'fit-ad-cutout-row', [this.choose, this.better])
    this.root = make('div', 'fit-ad-frame fit-ad-cutout', [this.verdict, row])
    this.verdict.setAttribute('role', 'status')
    write(this.verdict, labels.title)
    for (const kind of ['pointerdown', 'keydown']) this.root.addEventListener(kind, (event) => event.stopPropagation())
    this.look()
  }

  get widget() {
    return this.node.widgets?.find((/** @type {any} */ each) => each.name === 'chosen')
  }

  get choices() {
    return choicesIn(this.widget?.value)
  }

  /** Bring the panel in step with the node: its photo may be another, its choices may have been undone. */
  look() {
    const file = photoOf(this.node, 'image')
    const count = this.choices.length
    this.choose.disabled = !file
    this.choose.title = file ? '' : this.labels.noPhoto
    write(this.choose, count ? filled(this.labels.chosen, { count }) : this.labels.choose)
  }

  open() {
    const file = photoOf(this.node, 'image')
    if (!file) return
    new Chooser(this.host.api, this.labels, { file, get: () => this.choices, set: (choices) => this.set(choices) }).show()
  }

  /** @param {Choice[]} choices */
  set(choices) {
    const widget = this.widget
    if (!widget) return
    widget.value = textOf(choices)
    widget.callback?.(widget.value)
    capture(this.host.app)
    this.look()
  }

  /** @param {unknown} output */
  executed(output) {
    const verdict = verdictOf(output)
    if (!verdict) return
    this.verdict.dataset.state = verdict.usable ? 'good' : 'doubtful'
    this.verdict.title = verdict.engine
    write(this.verdict, told(verdict, this.labels))
  }
}
