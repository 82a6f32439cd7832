// @ts-check
/** Asks before a graph is queued: where an ad would be written without facts, and where the run would stop with an error. */
import { ask } from '../hooks.mjs'
import { withoutFacts } from '../lib/facts.mjs'
import { stopping, upstream } from '../lib/findings.mjs'
import { make } from './dom.mjs'
import { namesIn, rootOf } from './place.mjs'
import { question } from './question.mjs'
import { show } from './spotlight.mjs'

/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** @typedef {import('../lib/facts.mjs').Place} Place */
/** @typedef {import('./checker.mjs').Checker} Checker */

const SHOWN = 3
const SETTINGS = '/fit_ad/settings'
const WAIT_MS = 2000

export class Guard {
  /**
   * @param {Checker} checker
   * @param {() => boolean} wanted whether graphs are checked before they are queued
   * @param {() => void} open brings the panel
   */
  constructor(checker, wanted, open) {
    this.checker = checker
    this.wanted = wanted
    this.open = open
    /** What is being asked now. @type {Promise<boolean> | null} */
    this.asking = null
    /** Nodes that were to be run without facts. */
    this.waived = new WeakSet()
    this.stands = false
  }

  /** Stand before the editor's way to the queue. */
  stand() {
    if (this.stands) return
    this.stands = true
    const { app } = this.checker
    const queue = app.queuePrompt
    app.queuePrompt = async (/** @type {any[]} */ ...given) => ((await this.passes(given[2])) ? queue.apply(app, given) : false)
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
    return (await this.hasFacts(targets)) && (!this.wanted() || (await this.isSound(targets)))
  }

  /** @param {unknown[] | undefined} targets */
  async hasFacts(targets) {
    const { labels, app } = this.checker
    const parts = targets?.length ? upstream(this.checker.now(), targets) : undefined
    const empty = withoutFacts(rootOf(app), parts).filter(({ node }) => !this.waived.has(node))
    if (!empty.length || (await this.shopName())) return true
    const answer = await question(labels.noFacts, [make('p', '', [labels.noFactsMore])], {
      '': labels.cancel,
      anyway: labels.anyway,
      fill: labels.fillIn,
    })
    if (answer === 'anyway') empty.forEach(({ node }) => this.waived.add(node))
    if (answer === 'fill') await show(app, empty[0])
    return answer === 'anyway'
  }

  /** The shop's name in the settings, which stands in for an empty one; '' where none is known. */
  async shopName() {
    const answer = await ask(this.checker.api, SETTINGS, {}, AbortSignal.timeout(WAIT_MS)).catch(() => null)
    return String(answer?.data?.shop?.name ?? '').trim()
  }

  /** @param {unknown[] | undefined} targets */
  async isSound(targets) {
    const { labels } = this.checker
    const report = (await this.checker.check()) ?? this.checker.report // another check may have taken over
    const parts = targets?.length ? upstream(this.checker.graph, targets) : undefined
    const errors = stopping(report?.findings ?? [], parts)
    if (!errors.length) return true
    const answers = { '': labels.cancel, anyway: labels.anyway, show: labels.show }
    const answer = await question(labels.stopped, [this.listOf(errors)], answers)
    if (answer === 'show') this.open()
    return answer === 'anyway'
  }

  /** @param {Finding[]} errors */
  listOf(errors) {
    const { labels, app } = this.checker
    const named = (/** @type {Finding} */ one) => make('b', '', [one.node ? namesIn(rootOf(app), one).title : labels.wholeGraph])
    const items = errors.slice(0, SHOWN).map((one) => make('li', '', [named(one), make('span', '', [one.message])]))
    if (errors.length > SHOWN) items.push(make('li', 'fit-ad-check-rest', [labels.andMore(errors.length - SHOWN)]))
    return make('ul', '', items)
  }
}
