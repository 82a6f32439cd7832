// @ts-check
/** Asks the server for the exact picture: waits for a pause, drops what is out of date, and never throws. */
import { ask } from '../hooks.mjs'

/**
 * What the server answers; see nodes/routes/_previews.py.
 * @typedef {object} Reply
 * @property {[number, number]} canvas
 * @property {[number, number]} size
 * @property {number} scale
 * @property {string} image
 * @property {{ key: string, image?: string }} background
 * @property {{ key: string, image?: string, box: number[], scalable: boolean } | null} overlay
 * @property {number[]} frame
 * @property {{ x: number, y: number, width: number, height: number, anchor: string }} placement
 * @property {import('../lib/placement.mjs').KeepOut | null} zone
 * @property {{ box: number[], anchor: string, label: string }[]} ghosts
 * @property {boolean} stale
 * @property {string} fingerprint
 * @property {boolean} advised
 * @property {any} report
 * @property {Record<string, unknown>} [values] what it took for the fields that other nodes feed
 */
/** @typedef {{ what: string, fix?: string }} Trouble */
/**
 * @typedef {object} Listener
 * @property {(reply: Reply, asked: string) => void} onReply
 * @property {(trouble: Trouble) => void} onTrouble
 * @property {() => void} onLost the server no longer keeps the run
 */

const ROUTE = '/fit_ad/place'

export class Exact {
  /**
   * @param {import('../hooks.mjs').Api} api
   * @param {string} editor unique id of the editor
   * @param {Listener} listener
   */
  constructor(api, editor, listener) {
    this.api = api
    this.editor = editor
    this.listener = listener
    this.turn = 0
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
    /** @type {AbortController | null} */
    this.running = null
    this.asked = ''
    this.have = { background: /** @type {string | null} */ (null), overlay: /** @type {string | null} */ (null) }
  }

  /**
   * Ask for a picture after a pause; a question that is already under way or answered is not asked again.
   * @param {object} question
   * @param {number} pauseMs
   * @returns {boolean} whether it is asked now
   */
  ask(question, pauseMs) {
    const asked = JSON.stringify(question)
    if (asked === this.asked) return false
    this.asked = asked
    this.running?.abort()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.deliver(question, asked), pauseMs)
    return true
  }

  /** Ask the last question again the next time, whether or not it was answered. */
  retry() {
    this.asked = ''
  }

  /** Ask and answer nothing more, until the next question. */
  stop() {
    this.asked = ''
    clearTimeout(this.timer)
    this.running?.abort()
  }

  /**
   * @param {object} question
   * @param {string} asked
   */
  async deliver(question, asked) {
    const running = (this.running = new AbortController())
    const turn = ++this.turn
    try {
      const whole = { editor: this.editor, turn, ...question, have: this.have }
      const { status, data } = await ask(this.api, ROUTE, whole, running.signal)
      if (turn === this.turn && !running.signal.aborted) this.take(status, data ?? {}, asked)
    } catch (error) {
      if (!running.signal.aborted) this.listener.onTrouble({ what: '', fix: String(error) })
    }
  }

  /**
   * @param {number} status
   * @param {any} data
   * @param {string} asked
   */
  take(status, data, asked) {
    if (status === 409) return
    if (status === 410) return this.listener.onLost()
    if (status !== 200) return this.listener.onTrouble({ what: text(data?.error?.what), fix: text(data?.error?.fix) })
    this.have.background = data.background.key
    this.have.overlay = data.overlay?.key ?? null
    this.listener.onReply(data, asked)
  }
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value : ''
}
