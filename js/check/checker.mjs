// @ts-check
/** Asks ComfyUI's server what is wrong with the graph that is open, and keeps what it said. */
import { ask, localeOf } from '../hooks.mjs'
import { labelsFor } from '../lib/check_labels.mjs'
import { reportOf, signature } from '../lib/findings.mjs'
import { exchange, isReplaced, mend, rootOf, workflowOf } from './place.mjs'

/** @typedef {import('../lib/findings.mjs').Report} Report */
/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** What went wrong, and what to do. @typedef {{ what: string, more: string }} Trouble */

const ROUTE = '/fit_ad/validate'
const LIMIT_MS = 40_000
const LOOK_AFTER_MS = 250
const TAB_AFTER_MS = 1500 // another workflow's graph is there before its tab is
const NOTHING = Object.freeze({ report: null, trouble: null })

/** Says `change` whenever there is something new to show. */
export class Checker extends EventTarget {
  /** @param {{ app: any, api: any }} host */
  constructor({ app, api }) {
    super()
    this.app = app
    this.api = api
    /** @type {Report | null} */
    this.report = null
    /** @type {Trouble | null} */
    this.trouble = null
    this.running = false
    this.stale = false
    /** What was checked, as it was sent. @type {any} */
    this.graph = null
    /** Whose graph it was. @type {unknown} */
    this.workflow = null
    this.turn = 0
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
    api.addEventListener?.('graphChanged', () => this.look())
  }

  get labels() {
    return labelsFor(localeOf(this.app))
  }

  /** The graph as it is now, in the editor's format. */
  now() {
    return rootOf(this.app).serialize()
  }

  get empty() {
    return !rootOf(this.app)?.nodes?.length
  }

  /** What the workflow is called. */
  get name() {
    return String(workflowOf(this.app)?.filename ?? 'workflow')
  }

  /**
   * Check the graph as it is now.
   * @returns {Promise<Report | null>} null where the server gave none, and where a later check took over
   */
  async check() {
    const turn = ++this.turn
    this.graph = this.now()
    this.workflow = workflowOf(this.app)?.path
    this.running = true
    this.changed()
    const { report, trouble } = this.empty ? NOTHING : await this.asked(this.graph)
    if (turn !== this.turn) return null
    Object.assign(this, { report, trouble, running: false, stale: false })
    this.changed()
    this.look()
    return report
  }

  /**
   * @param {any} graph
   * @returns {Promise<{ report: Report | null, trouble: Trouble | null }>}
   */
  async asked(graph) {
    try {
      const report = reportOf(await this.ask(graph))
      return { report, trouble: report ? null : { what: this.labels.failed, more: '' } }
    } catch (error) {
      return { report: null, trouble: troubleOf(error, this.labels) }
    }
  }

  /**
   * Ask the server about a graph; see nodes/routes/validate.py.
   * @param {any} graph
   * @param {Record<string, unknown>} [more]
   * @returns {Promise<any>} its answer
   */
  async ask(graph, more = {}) {
    const lang = this.labels === labelsFor('ko') ? 'ko' : 'en'
    const question = { graph, lang, name: this.name, ...more }
    const { ok, status, data } = await ask(this.api, ROUTE, question, AbortSignal.timeout(LIMIT_MS))
    if (!ok) throw new RefusedError(status, data?.error)
    return data
  }

  /**
   * Mend findings, then check again.
   * @param {Finding[]} findings
   * @returns {Promise<number>} how many were mended
   */
  async mend(findings) {
    const replaced = findings.filter(isReplaced)
    const all = findings.length > replaced.length
    const count = replaced.length ? await this.replace(all || [replaced[0].code]) : mend(this.app, findings)
    await this.check()
    return count
  }

  /**
   * Exchange the graph for one that the server has mended, unless it is another one by then.
   * @param {true | string[]} codes of the findings to mend
   * @returns {Promise<number>} how many were mended
   */
  async replace(codes) {
    const [sent, path] = [this.now(), workflowOf(this.app)?.path]
    const { fixed } = await this.ask(sent, { fix: codes }).catch(() => ({}))
    const same = workflowOf(this.app)?.path === path && signature(this.now()) === signature(sent)
    if (!fixed?.changes?.length || !same) return 0
    await exchange(this.app, fixed.graph)
    return fixed.changes.length
  }

  /** Look soon whether what was checked is still what is there. */
  look(afterMs = LOOK_AFTER_MS) {
    clearTimeout(this.timer)
    if (this.graph) this.timer = setTimeout(() => !this.running && this.compare(), afterMs)
  }

  /** Findings on one workflow say nothing of another; after an edit they may be old. */
  compare() {
    const stale = signature(this.now()) !== signature(this.graph)
    if (stale && workflowOf(this.app)?.path !== this.workflow) {
      Object.assign(this, { report: null, trouble: null, graph: null, stale: false })
      this.dispatchEvent(new Event('other'))
    } else if (stale !== this.stale) {
      this.stale = stale
      this.changed()
      if (stale) this.look(TAB_AFTER_MS)
    }
  }

  changed() {
    this.dispatchEvent(new Event('change'))
  }
}

class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {any} told
   */
  constructor(status, told) {
    super(String(told?.what ?? status))
    this.status = status
    this.told = told
  }
}

/**
 * @param {unknown} error
 * @param {import('../lib/check_labels.mjs').Labels} labels
 * @returns {Trouble}
 */
function troubleOf(error, labels) {
  if (!(error instanceof RefusedError)) return { what: labels.offline, more: labels.offlineMore }
  if (error.status === 404 || error.status === 405) return { what: labels.unknown, more: labels.unknownMore }
  const { what, why, fix } = error.told ?? {}
  return { what: labels.failed, more: [what, why, fix].filter((part) => typeof part === 'string' && part).join('. ') }
}
