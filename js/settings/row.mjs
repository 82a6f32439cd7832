// @ts-check
/** One row of the settings page: a control, and a line below it that says how things stand. */
import { make } from '../elements.mjs'
import { Refusal } from './store.mjs'

/** @typedef {import('../lib/settings.mjs').View} View */
/** @typedef {import('../lib/settings.mjs').Labels} Labels */
/** @typedef {{ element: HTMLElement, show(view: View): void, note?(view: View): string }} Control */

const SAVED_MS = 2000

export class Row {
  /**
   * @param {import('./store.mjs').SettingsStore} store
   * @param {Labels} labels
   */
  constructor(store, labels) {
    this.store = store
    this.labels = labels
    this.note = ''
    this.status = make('div', 'fit-ad-setting-note')
    this.status.setAttribute('role', 'status')
    this.root = make('div', 'fit-ad-setting')
  }

  /**
   * Put the control in and fill it as soon as the settings are there.
   * @param {Control} control
   * @returns {HTMLElement}
   */
  open(control) {
    this.control = control
    this.root.append(control.element, this.status)
    this.root.inert = true
    const reader = (/** @type {View} */ view) => {
      if (this.root.isConnected) this.show(view)
      else this.store.readers.delete(reader)
    }
    this.store.readers.add(reader)
    this.store.read().then(
      (view) => this.show(view),
      (error) => this.refused(error),
    )
    return this.root
  }

  /**
   * The settings can't be read: that is said once, by the first row that is seen.
   * @param {unknown} error
   */
  refused(error) {
    const first = document.querySelector('.fit-ad-setting') === this.root
    this.say(first ? told(error, this.labels) : '', 'wrong')
  }

  /** @param {View} view */
  show(view) {
    this.root.inert = false
    this.control?.show(view)
    this.note = this.control?.note?.(view) ?? ''
    if (this.status.dataset.state !== 'saved') this.say(this.note)
  }

  /**
   * @param {Record<string, string | string[]>} changes
   * @returns {Promise<boolean>} whether they are kept
   */
  async save(changes) {
    this.say('')
    try {
      await this.store.write(changes)
      this.say(this.labels.saved, 'saved')
      setTimeout(() => this.status.dataset.state === 'saved' && this.say(this.note), SAVED_MS)
      return true
    } catch (error) {
      this.say(told(error, this.labels), 'wrong')
      return false
    }
  }

  /**
   * @param {string} text
   * @param {'' | 'saved' | 'wrong'} [state]
   */
  say(text, state = '') {
    this.status.textContent = text
    this.status.dataset.state = state
  }
}

/**
 * @param {unknown} error
 * @param {Labels} labels
 */
function told(error, labels) {
  return (error instanceof Refusal && error.message) || labels.offline
}
