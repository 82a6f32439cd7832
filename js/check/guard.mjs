// @ts-check
/** Checks a graph before it is queued, and asks where it would stop with an error. */
import { stopping, upstream } from '../lib/findings.mjs'
import { button, make } from './dom.mjs'
import { namesIn, rootOf } from './place.mjs'

/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** @typedef {import('./checker.mjs').Checker} Checker */

const SHOWN = 3

export class Guard {
  /**
   * @param {Checker} checker
   * @param {() => boolean} wanted
   * @param {() => void} open brings the panel
   */
  constructor(checker, wanted, open) {
    this.checker = checker
    this.wanted = wanted
    this.open = open
    /** What is being asked now. @type {Promise<boolean> | null} */
    this.asking = null
    this.stands = false
  }

  /** Stand before the editor's way to the queue, from the first time that it is wanted on. */
  stand() {
    if (this.stands) return
    this.stands = true
    const { app } = this.checker
    const queue = app.queuePrompt
    app.queuePrompt = async (/** @type {any[]} */ ...given) =>
      !this.wanted() || (await this.passes(given[2])) ? queue.apply(app, given) : false
  }

  /**
   * Whether the graph may be queued. A check that fails stops nothing.
   * @param {any} options
   */
  passes(options) {
    this.asking ??= this.asked(options).finally(() => (this.asking = null))
    return this.asking
  }

  /** @param {any} options */
  async asked(options) {
    const targets = Array.isArray(options) ? options : options?.queueNodeIds
    const report = (await this.checker.check()) ?? this.checker.report // another check may have taken over
    const parts = targets?.length ? upstream(this.checker.graph, targets) : undefined
    const errors = stopping(report?.findings ?? [], parts)
    if (!errors.length) return true
    const answer = await this.ask(errors)
    if (answer === 'show') this.open()
    return answer === 'anyway'
  }

  /**
   * @param {Finding[]} errors
   * @returns {Promise<string>} `anyway`, `show` or ''
   */
  ask(errors) {
    const { labels, app } = this.checker
    const named = (/** @type {Finding} */ one) => make('b', '', [one.node ? namesIn(rootOf(app), one).title : labels.wholeGraph])
    const dialog = make('dialog', 'fit-ad-check-dialog')
    const items = errors.slice(0, SHOWN).map((one) => make('li', '', [named(one), make('span', '', [one.message])]))
    if (errors.length > SHOWN) items.push(make('li', 'fit-ad-check-rest', [labels.andMore(errors.length - SHOWN)]))
    const close = (/** @type {string} */ answer) => () => dialog.close(answer)
    const show = button([labels.show], 'fit-ad-check-strong', close('show'))
    const buttons = [button([labels.cancel], '', close('')), button([labels.anyway], '', close('anyway')), show]
    const title = make('h3', '', [labels.stopped])
    dialog.setAttribute('aria-label', labels.stopped)
    dialog.append(title, make('ul', '', items), make('div', 'fit-ad-check-choices', buttons))
    document.body.append(dialog)
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        dialog.remove()
        resolve(dialog.returnValue)
      })
      dialog.addEventListener('keydown', (event) => event.stopPropagation())
      dialog.showModal()
      show.focus()
    })
  }
}
