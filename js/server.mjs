// @ts-check
/** ComfyUI's server as the pack speaks with it: what the pack's own errors say is in the language of the user interface. */
import { localeOf } from './hooks.mjs'
import { spokenIn } from './lib/languages.mjs'
import { SpokenErrors } from './lib/spoken_errors.mjs'

/** @typedef {{ what?: unknown, why?: unknown, fix?: unknown }} Told what a route of the pack answers */

/** The classes of the pack's errors, by the whole name that ComfyUI tells: with the pack's folder in it. */
const OURS = /fit[-_]ad.*\.core\.(?:\w+\.)*(?:FitAdError|MissingModelError|ModelError|NoAnswerError)$/i
const NAME = 'Fit-AD'
const OF_A_NODE = 'custom_validation_failed'

export class Server {
  /** @param {{ app: any, api: any }} host */
  constructor({ app, api }) {
    this.app = app
    this.api = api
    /** The errors in the language of the user interface; null for English, and until they are here. @type {SpokenErrors | null} */
    this.errors = null
  }

  /**
   * @param {string} path
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  fetchApi(path, options) {
    return this.api.fetchApi(path, options)
  }

  /** @param {string} path */
  apiURL(path) {
    return this.api.apiURL(path)
  }

  /**
   * @param {string} name
   * @param {(event: any) => void} listener
   */
  addEventListener(name, listener) {
    this.api.addEventListener?.(name, listener)
  }

  /** Bring the errors' words in the language of the user interface. */
  async learn() {
    const korean = spokenIn(localeOf(this.app), false, true)
    this.errors = korean ? new SpokenErrors((await import('./lib/errors_ko.mjs')).ERRORS) : null
  }

  /** Say what a run of the graph and the check before it tell; before ComfyUI shows them, so as soon as possible. */
  listen() {
    this.addEventListener('execution_error', ({ detail }) => this.translateRun(detail))
    const { api } = this
    const queue = api.queuePrompt
    api.queuePrompt = async (/** @type {any[]} */ ...given) => {
      try {
        return await queue.apply(api, given)
      } catch (error) {
        this.translateRefusal(/** @type {any} */ (error)?.response?.node_errors)
        throw error
      }
    }
  }

  /**
   * The event is the same object for all who hear it.
   * @param {any} detail
   */
  translateRun(detail) {
    if (!OURS.test(detail?.exception_type ?? '')) return
    detail.exception_type = NAME
    detail.exception_message = this.say(detail.exception_message)
  }

  /** @param {unknown} nodes the nodes that ComfyUI refused, with their errors */
  translateRefusal(nodes) {
    const errors = Object.values(nodes ?? {}).flatMap((/** @type {any} */ node) => node?.errors ?? [])
    for (const error of errors.filter(({ type }) => type === OF_A_NODE)) {
      const [input, ...rest] = String(error.details ?? '').split(' - ')
      if (rest.length) error.details = `${input} - ${this.say(rest.join(' - '))}`
    }
  }

  /** @param {unknown} text */
  say(text) {
    const english = String(text ?? '').trim()
    return this.errors?.say(english) ?? english
  }

  /**
   * @template {Told} T
   * @param {T} error
   * @returns {Promise<T>}
   */
  async told(error) {
    await this.learn()
    const parts = Object.entries(error).map(([name, text]) => [name, typeof text === 'string' ? this.part(text) : text])
    return Object.fromEntries(parts)
  }

  /** @param {string} text without the full stop that a whole message has */
  part(text) {
    const said = this.say(text)
    return said.endsWith('.') && !text.endsWith('.') ? said.slice(0, -1) : said
  }
}
