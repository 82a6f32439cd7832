// @ts-check
/** Undo and redo inside the editor. The steps are plain values; nothing of them is saved. */

const MERGE_WITHIN_MS = 900

/**
 * A list of steps to go back and forth in.
 * @template T
 */
export class History {
  /**
   * @param {number} limit the most steps kept
   * @param {() => number} now the time in ms
   */
  constructor(limit = 100, now = () => Date.now()) {
    this.limit = limit
    this.now = now
    /** @type {{ before: T, after: T, tag: string, time: number }[]} */
    this.past = []
    /** @type {{ before: T, after: T, tag: string, time: number }[]} */
    this.future = []
  }

  /**
   * Add a step. Steps with the same tag that follow each other quickly are one: an arrow key held down.
   * @param {T} before
   * @param {T} after
   * @param {string} tag '' never merges
   * @returns {boolean} whether it is a step: something changed
   */
  add(before, after, tag = '') {
    if (same(before, after)) return false
    const time = this.now()
    const last = this.past.at(-1)
    this.future = []
    if (tag && last?.tag === tag && time - last.time < MERGE_WITHIN_MS) {
      last.after = after
      last.time = time
      return true
    }
    this.past.push({ before, after, tag, time })
    if (this.past.length > this.limit) this.past.shift()
    return true
  }

  /** What was before the last step; null where there is none. @returns {T | null} */
  undo() {
    const step = this.past.pop()
    if (!step) return null
    this.future.push(step)
    return step.before
  }

  /** What was after the step that was undone last; null where there is none. @returns {T | null} */
  redo() {
    const step = this.future.pop()
    if (!step) return null
    this.past.push({ ...step, tag: '' })
    return step.after
  }

  get canUndo() {
    return this.past.length > 0
  }

  get canRedo() {
    return this.future.length > 0
  }
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other)
}
