// @ts-check
/** The live count in PromptClamp77 nodes: tokens, and the phrases that CLIP has no room for struck through. */
import { make, write } from './elements.mjs'
import { Watch, addPanel, ask, chain, linkStyle, localeOf } from './hooks.mjs'
import { countOf, labelsFor, summary } from './lib/clamping.mjs'
import { settingOf } from './lib/source.mjs'

/** @typedef {import('./hooks.mjs').Api} Api */
/** @typedef {import('./lib/clamping.mjs').Count} Count */

const WIDGET = 'counter'
const ROUTE = '/fit_ad/clamp'
const FIELDS = Object.freeze(['text', 'must_keep', 'max_tokens'])
const LOOK_EVERY_MS = 100
const PAUSE_MS = 150
const RETRY_MS = 5000
const MIN_HEIGHT_PX = 128
const WIDTH_PX = 380
const HEIGHT_PX = 460

/** @type {Watch<Counter>} */
const counters = new Watch((counter) => counter.check(), LOOK_EVERY_MS)

/**
 * Add the counter to a PromptClamp77 node. It is not part of the saved graph nor of the prompt.
 * @param {any} node
 * @param {{ app: any, api: Api }} host
 */
export function attachPromptCounter(node, { app, api }) {
  const counter = new Counter(node, api, labelsFor(localeOf(app)))
  const { root } = counter
  addPanel(node, { name: WIDGET, type: 'fit_ad_counter', root, label: counter.labels.counter, leastPx: MIN_HEIGHT_PX })
  node.setSize?.([Math.max(node.size[0], WIDTH_PX), Math.max(node.size[1], HEIGHT_PX)])
  counters.add(node, counter)
  chain(node, 'onAdded', () => counters.add(node, counter))
  chain(node, 'onRemoved', () => {
    counter.stop()
    counters.remove(node)
  })
}

/** Shows the count of one node and asks the server for it; an answer that is out of date is dropped. */
class Counter {
  /**
   * @param {any} node
   * @param {Api} api
   * @param {import('./lib/clamping.mjs').Labels} labels
   */
  constructor(node, api, labels) {
    this.node = node
    this.api = api
    this.labels = labels
    this.asked = ''
    this.retryAt = Infinity
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined
    /** @type {AbortController | null} */
    this.running = null
    this.status = make('div', 'fit-ad-counter-status')
    this.status.setAttribute('role', 'status')
    this.status.setAttribute('aria-live', 'polite')
    this.fill = make('div', 'fit-ad-counter-fill')
    this.phrases = make('div', 'fit-ad-counter-phrases')
    this.phrases.tabIndex = 0
    this.phrases.setAttribute('role', 'region')
    this.phrases.setAttribute('aria-label', labels.phrases)
    // the wheel scrolls the phrases, not the graph
    this.phrases.addEventListener('wheel', (event) => scrolls(this.phrases, event) && event.stopPropagation())
    const meter = make('div', 'fit-ad-counter-meter')
    meter.append(this.fill)
    this.root = make('div', 'fit-ad-frame fit-ad-counter')
    this.root.append(this.status, meter, this.phrases)
    this.say(labels.counting, labels.hint)
    for (const name of ['./frame.css', './prompt_counter.css']) linkStyle(new URL(name, import.meta.url))
  }

  /** Ask again where a field has changed since. */
  check() {
    if (document.hidden) return
    const settings = FIELDS.map((name) => settingOf(this.node, name))
    const linked = settings.findIndex((setting) => setting.linked)
    const values = Object.fromEntries(FIELDS.map((name, index) => [name, settings[index].value]))
    const asked = linked < 0 ? JSON.stringify(values) : `linked ${linked === 0}`
    if (asked === this.asked && Date.now() < this.retryAt) return
    this.stop()
    this.asked = asked
    if (linked >= 0) this.say(linked === 0 ? this.labels.linked : this.labels.valueLinked)
    else this.timer = setTimeout(() => this.send(values), PAUSE_MS)
  }

  stop() {
    clearTimeout(this.timer)
    this.running?.abort()
    this.retryAt = Infinity
    this.asked = ''
  }

  /** @param {object} values */
  async send(values) {
    const running = (this.running = new AbortController())
    try {
      const { data } = await ask(this.api, ROUTE, values, running.signal)
      if (!running.signal.aborted) this.take(data)
    } catch {
      if (running.signal.aborted) return
      this.say(this.labels.offline)
      this.retryAt = Date.now() + RETRY_MS
    }
  }

  /** @param {any} data */
  take(data) {
    const count = countOf(data)
    if (count) return this.show(count)
    const error = data?.error
    this.say(typeof error?.what === 'string' ? error.what : this.labels.offline, error?.fix)
  }

  /** @param {Count} count */
  show(count) {
    write(this.status, summary(count, this.labels))
    this.root.dataset.state = count.dropped ? 'dropped' : 'fits'
    this.fill.style.width = `${Math.min(100, (count.tokens / count.limit) * 100)}%`
    this.phrases.replaceChildren(...count.parts.flatMap((part) => this.phrase(part)))
    if (count.more) this.phrases.append(this.labels.more(count.more))
    if (!count.parts.length) this.phrases.append(this.labels.hint)
  }

  /**
   * @param {[string, string, string]} part
   * @returns {(Node | string)[]}
   */
  phrase([text, end, state]) {
    if (state !== 'dropped' && state !== 'must') return [text + (end || ' ')]
    const element = make(state === 'must' ? 'mark' : 'del', '', [text])
    if (state === 'must') element.title = this.labels.must
    return [element, end || ' ']
  }

  /**
   * Say something that is not a count.
   * @param {string} text
   * @param {unknown} [more]
   */
  say(text, more) {
    write(this.status, text)
    this.root.dataset.state = 'quiet'
    this.phrases.replaceChildren(typeof more === 'string' ? more : '')
  }
}

/**
 * Whether the element can scroll the way the wheel turns.
 * @param {HTMLElement} element
 * @param {WheelEvent} event
 */
function scrolls(element, event) {
  const left = element.scrollHeight - element.clientHeight - element.scrollTop
  return event.deltaY < 0 ? element.scrollTop > 0 : left > 1
}
