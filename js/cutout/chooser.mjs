// @ts-check
/** The photo of an AdCutout node to click on, in a dialog, and what a click may mean. */
import { make, write } from '../elements.mjs'
import { ask } from '../hooks.mjs'
import { filled, placeOf, textOf, toggled } from '../lib/cutting.mjs'

/** @typedef {import('../lib/cutting.mjs').Choice} Choice */
/** @typedef {import('../lib/source.mjs').File} File */
/** @typedef {{ choice: Choice, image: string }} Candidate */
/** @typedef {{ file: File, get: () => Choice[], set: (choices: Choice[]) => void }} Chosen what is chosen, and where it is kept */

const ROUTE = '/fit_ad/cutout'

export class Chooser {
  /**
   * @param {any} api
   * @param {import('../lib/cutting.mjs').Labels} labels
   * @param {Chosen} chosen
   */
  constructor(api, labels, chosen) {
    this.api = api
    this.labels = labels
    this.chosen = chosen
    /** @type {AbortController | undefined} */
    this.asking = undefined
    /** What the last click may mean. @type {Candidate[]} */
    this.candidates = []
    this.photo = make('img')
    this.ghost = make('img', 'fit-ad-cutout-ghost')
    this.stage = make('button', 'fit-ad-cutout-stage', [this.photo, this.ghost])
    this.hint = make('div', 'fit-ad-cutout-hint')
    this.offers = make('div', 'fit-ad-cutout-row fit-ad-cutout-offers')
    this.clear = button(labels.clear, () => this.set([]))
    this.done = button(labels.done, () => this.dialog.close())
    const foot = make('div', 'fit-ad-cutout-row', [this.done, this.clear])
    this.dialog = make('dialog', 'fit-ad-models fit-ad-cutout-chooser', [this.hint, this.stage, this.offers, foot])
    this.prepare()
  }

  prepare() {
    const { file, dialog, labels } = { file: this.chosen.file, dialog: this.dialog, labels: this.labels }
    const query = new URLSearchParams({ filename: file.name, subfolder: file.subfolder, type: file.type })
    this.photo.src = this.api.apiURL(`/view?${query}`)
    this.photo.alt = this.ghost.alt = ''
    this.ghost.hidden = true
    this.stage.type = 'button'
    this.stage.setAttribute('aria-label', labels.hint)
    this.stage.addEventListener('click', (event) => this.clicked(event))
    this.hint.setAttribute('role', 'status')
    dialog.setAttribute('aria-label', labels.choose)
    dialog.addEventListener('close', () => this.closed())
    for (const kind of ['pointerdown', 'keydown', 'wheel']) dialog.addEventListener(kind, (event) => event.stopPropagation())
    this.tell()
  }

  show() {
    document.body.append(this.dialog)
    this.dialog.showModal()
  }

  closed() {
    this.asking?.abort()
    this.dialog.remove()
  }

  tell() {
    const count = this.chosen.get().length
    this.clear.hidden = count === 0
    write(this.hint, count ? filled(this.labels.chosen, { count }) : this.labels.hint)
  }

  /** @param {MouseEvent} event */
  async clicked(event) {
    const box = this.stage.getBoundingClientRect()
    const picture = { width: this.photo.naturalWidth, height: this.photo.naturalHeight }
    // a key's click has no place: the middle is meant
    const byKey = event.detail === 0
    const at = byKey ? { x: box.width / 2, y: box.height / 2 } : { x: event.clientX - box.left, y: event.clientY - box.top }
    const place = placeOf(at, box, picture)
    if (!place) return
    this.asking?.abort()
    const asking = new AbortController()
    this.asking = asking
    write(this.hint, this.labels.looking)
    try {
      const answer = await ask(this.api, ROUTE, { file: this.chosen.file, ...place }, asking.signal)
      if (this.asking !== asking) return
      if (!answer.ok) throw new Error(answer.data?.error?.what ?? String(answer.status))
      this.offer(answer.data.candidates ?? [])
      write(this.hint, this.candidates.length ? this.labels.pick : this.labels.nothing)
      if (this.candidates.length === 1) this.set(toggled(this.chosen.get(), this.candidates[0].choice))
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
    chip.addEventListener('click', () => this.set(toggled(this.chosen.get(), one.choice)))
    return chip
  }

  /** @param {string | undefined} image */
  haunt(image) {
    this.ghost.hidden = !image
    if (image) this.ghost.src = image
  }

  /** @param {Choice[]} choices */
  set(choices) {
    this.chosen.set(choices)
    if (!choices.length) this.offer([])
    this.tell()
    this.mark()
  }

  mark() {
    const text = textOf(this.chosen.get())
    this.candidates.forEach((one, index) => {
      const pressed = textOf(toggled(this.chosen.get(), one.choice)).length < text.length
      this.offers.children[index]?.setAttribute('aria-pressed', String(pressed))
    })
  }
}

/**
 * @param {string} text
 * @param {() => void} act
 */
export function button(text, act) {
  const element = make('button')
  element.type = 'button'
  element.textContent = text
  element.addEventListener('click', act)
  return element
}
