// @ts-check
/** The settings file as the server tells it: read when the page opens, changed one value after the other. */
import { ask } from '../hooks.mjs'
import { viewOf } from '../lib/settings.mjs'

/** @typedef {import('../lib/settings.mjs').View} View */

const ROUTE = '/fit_ad/settings'
const FRESH_MS = 1000

/** What the server has said against it, in its words; empty where it can't be reached. */
export class Refusal extends Error {
  /** @param {any} error */
  constructor(error) {
    const parts = [error?.what, error?.why, error?.fix].filter((part) => typeof part === 'string' && part)
    super(parts.map((part) => part[0].toUpperCase() + part.slice(1)).join('. '))
  }
}

export class SettingsStore {
  /** @param {import('../hooks.mjs').Api} api */
  constructor(api) {
    this.api = api
    this.readAt = 0
    /** @type {Promise<View>} */
    this.latest = Promise.reject(new Refusal(null))
    this.latest.catch(() => {})
    /** Who wants to know of a change. @type {Set<(view: View) => void>} */
    this.readers = new Set()
  }

  /** What the file says; the rows of a page that opens share one question. @returns {Promise<View>} */
  read() {
    if (Date.now() - this.readAt > FRESH_MS) {
      this.readAt = Date.now()
      this.latest = this.ask({})
    }
    return this.latest
  }

  /**
   * Change values, after the changes that are on their way.
   * @param {Record<string, string | string[]>} changes
   * @returns {Promise<View>}
   */
  async write(changes) {
    const before = this.latest.catch(() => {})
    const made = before.then(() => this.ask({ changes }))
    this.latest = made.catch(() => this.ask({}))
    this.latest.catch(() => {})
    const view = await made
    this.readers.forEach((reader) => reader(view))
    return view
  }

  /**
   * @param {object} question
   * @returns {Promise<View>}
   */
  async ask(question) {
    const { data } = await ask(this.api, ROUTE, question)
    const view = viewOf(data)
    if (!view) throw new Refusal(data?.error)
    return view
  }
}
