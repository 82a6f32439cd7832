// @ts-check
/** The panel in an AdCutout node: the verdict of the last run, the photo to click on, and what a click may mean. */
import { make, write } from '../elements.mjs'
import { ask, capture, linkStyle } from '../hooks.mjs'
import { choicesIn, filled, placeOf, textOf, toggled, told, verdictOf } from '../lib/cutting.mjs'
import { photoOf } from '../lib/source.mjs'
import { showModels } from './models.mjs'

/** @typedef {import('../lib/cutting.mjs').Choice} Choice */
/** @typedef {{ choice: Choice, image: string }} Candidate */

const ROUTE = '/fit_ad/cutout'

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
    /** @type {AbortController | undefined} */
    this.asking = undefined
    /** What the last click may mean. @type {Candidate[]} */
    this.candidates = []
    /** Address of the photo that is shown. */
    this.address = ''
    this.verdict = make('div', 'fit-ad-cutout-verdict')
    this.photo = make('img')
    this.ghost = make('img', 'fit-ad-cutout-ghost')
    this.stage = make('button', 'fit-ad-cutout-stage', [this.photo, this.ghost])
    this.hint = make('div', 'fit-ad-cutout-hint')
    this.offers = make('div', 'fit-ad-cutout-row')
    this.clear = this.button(labels.clear, () => this.set([]))
    this.better = this.button(labels.better, () => showModels(host.api, labels))
    const foot = make('div', 'fit-ad-cutout-row', [this.clear, this.better])
    this.root = make('div', 'fit-ad-frame fit-ad-cutout', [this.verdict, this.stage, this.hint, this.offers, foot])
    this.prepare()
    this.look()
  }

  prepare() {
    this.photo.alt = this.ghost.alt = ''
    this.ghost.hidden = true
    this.stage.type = 'button'
    this.stage.setAttribute('aria-label', this.labels.hint)
    this.stage.addEventListener('click', (event) => this.clicked(event))
    this.verdict.setAttribute('role', 'status')
    write(this.verdict, this.labels.title)
    for (const kind of ['pointerdown', 'keydown']) this.root.addEventListener(kind, (event) => event.stopPropagation())
  }

  /**
   * @param {string} text
   * @param {() => void} act
   */
  button(text, act) {
    const element = make('button')
    element.type = 'button'
    element.textContent = text
    element.addEventListener('click', act)
    return element
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
    const address = file ? this.host.api.apiURL(`/view?${this.query(file)}`) : ''
    if (address !== this.address) this.show(address)
    const count = this.choices.length
    this.clear.hidden = count === 0
    this.stage.disabled = !file
    const state = count ? filled(this.labels.chosen, { count }) : this.labels.hint
    if (!this.asking && !this.candidates.length) write(this.hint, file ? state : this.labels.noPhoto)
    this.mark()
  }

  /** @param {import('../lib/source.mjs').File} file */
  query(file) {
    return new URLSearchParams({ filename: file.name, subfolder: file.subfolder, type: file.type }).toString()
  }

  /** @param {string} address */
  show(address) {
    this.address = address
    this.offer([])
    if (address) this.photo.src = address
    else this.photo.removeAttribute('src')
  }

  /** @param {MouseEvent} event */
  async clicked(event) {
    const file = photoOf(this.node, 'image')
    const box = this.stage.getBoundingClientRect()
    const picture = { width: this.photo.naturalWidth, height: this.photo.naturalHeight }
    // a key's click has no place: the middle is meant
    const byKey = event.detail === 0
    const at = byKey ? { x: box.width / 2, y: box.height / 2 } : { x: event.clientX - box.left, y: event.clientY - box.top }
    const place = placeOf(at, box, picture)
    if (!file || !place) return
    this.asking?.abort()
    const asking = new AbortController()
    this.asking = asking
    write(this.hint, this.labels.looking)
    try {
      const answer = await ask(this.host.api, ROUTE, { file, ...place }, asking.signal)
      if (this.asking !== asking) return
      if (!answer.ok) throw new Error(answer.data?.error?.what ?? String(answer.status))
      this.offer(answer.data.candidates ?? [])
      write(this.hint, this.candidates.length ? this.labels.pick : this.labels.nothing)
      if (this.candidates.length === 1) this.set(toggled(this.choices, this.candidates[0].choice))
    } catch (error) {
      if (this.asking === asking) write(this.hint, filled(this.labels.failed, { why: String(/** @type {any} */ (error)?.message ?? error) }))
    } finally {
      if (this.asking === asking) this.asking = undefined
    }
  }

  /** @param {Candidate[]} candidates */
  offer(candidates) {
    this.candidates = candidates
    this.offers.replaceChildren(...candidates.map((one) => this.chip(one)))
    this.haunt(candidates[0]?.image)
    this.mark()
  }

  /** @param {Candidate} one */
  chip(one) {
    const photo = make('img')
    photo.alt = ''
    photo.src = this.photo.src
    const ghost = make('img', 'fit-ad-cutout-ghost')
    ghost.alt = ''
    ghost.src = one.image
    const chip = make('button', 'fit-ad-cutout-candidate', [photo, ghost])
    chip.type = 'button'
    chip.setAttribute('aria-label', this.labels.pick)
    chip.addEventListener('pointerenter', () => this.haunt(one.image))
    chip.addEventListener('focus', () => this.haunt(one.image))
    chip.addEventListener('click', () => this.set(toggled(this.choices, one.choice)))
    return chip
  }

  /** @param {string | undefined} image */
  haunt(image) {
    this.ghost.hidden = !image
    if (image) this.ghost.src = image
  }

  /** @param {Choice[]} choices */
  set(choices) {
    const widget = this.widget
    if (!widget) return
    widget.value = textOf(choices)
    widget.callback?.(widget.value)
    if (!choices.length) this.offer([])
    capture(this.host.app)
    this.look()
  }

  mark() {
    const text = textOf(this.choices)
    this.candidates.forEach((one, index) => {
      const pressed = textOf(toggled(this.choices, one.choice)).length < text.length
      this.offers.children[index]?.setAttribute('aria-pressed', String(pressed))
    })
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
