// @ts-check
/** The side panel that shows what a check found, and what can be done about it. */
import { linkStyle } from '../hooks.mjs'
import { counted, keyOf } from '../lib/findings.mjs'
import { button, icon, make, write } from './dom.mjs'
import { listOf } from './list.mjs'
import { mendable, namesIn, placeIn, rootOf } from './place.mjs'
import { KINDS, save } from './saving.mjs'
import { show } from './spotlight.mjs'

/** @typedef {import('../lib/findings.mjs').Finding} Finding */
/** @typedef {import('./checker.mjs').Checker} Checker */
/** The setting that is shown at the foot. @typedef {{ get(): boolean, set(on: boolean): void }} Switch */

export class Panel {
  /**
   * @param {Checker} checker
   * @param {Switch} guard
   */
  constructor(checker, guard) {
    linkStyle(new URL('./check.css', import.meta.url))
    this.checker = checker
    this.guard = guard
    this.labels = checker.labels
    this.root = make('section', 'fit-ad-check')
    this.title = make('h3', 'fit-ad-check-name')
    this.status = make('div', 'fit-ad-check-status')
    this.notice = make('div', 'fit-ad-check-notice')
    this.tools = make('div', 'fit-ad-check-tools')
    this.body = make('div', 'fit-ad-check-body')
    this.box = make('input', '')
    /** What was said last about what the panel did. */
    this.said = ''
    this.build()
    checker.addEventListener('change', () => this.draw())
    checker.addEventListener('other', () => this.root.parentElement && checker.check())
  }

  /**
   * Put the panel into a place of the editor's; it may ask several times.
   * @param {HTMLElement} container
   */
  mount(container) {
    const { checker } = this
    if (this.root.parentElement === container) return
    container.classList.add('fit-ad-check-place')
    container.replaceChildren(this.root)
    if (!checker.running && !checker.empty && (!checker.report || checker.stale)) checker.check()
    else this.draw()
  }

  unmount() {
    this.root.remove()
  }

  /** What stays while findings come and go. */
  build() {
    const { title, status, notice, tools, body, box } = this
    title.tabIndex = -1
    status.setAttribute('role', 'status')
    notice.hidden = true
    box.type = 'checkbox'
    box.addEventListener('change', () => this.guard.set(box.checked))
    body.addEventListener('keydown', (event) => this.step(event))
    tools.addEventListener('keydown', (event) => this.escape(event))
    tools.addEventListener('focusout', ({ relatedTarget }) => this.leave(relatedTarget))
    this.name()
  }

  /** Write what stays in the language of the editor. */
  name() {
    const { title, status, notice, tools, body, box } = this
    const labels = (this.labels = this.checker.labels)
    const check = () => this.act(() => this.checker.check())
    write(title, labels.title)
    this.root.setAttribute('aria-label', labels.title)
    notice.replaceChildren(make('span', '', [labels.stale]), button([labels.again], 'fit-ad-check-strong', check))
    const again = button([icon('refresh'), labels.again], 'fit-ad-check-again', check)
    const head = make('header', 'fit-ad-check-head', [title, again])
    const foot = make('footer', 'fit-ad-check-foot', [make('label', '', [box, labels.beforeQueue])])
    this.root.replaceChildren(head, status, notice, tools, body, foot)
  }

  /** Do something that redraws, and leave the keyboard where it was. @param {() => Promise<unknown>} deed */
  async act(deed) {
    this.said = ''
    await deed()
    if (this.root.isConnected && document.activeElement === document.body) this.title.focus()
  }

  draw() {
    const { checker, root } = this
    if (!root.parentElement) return
    const { report, trouble, running, stale } = checker
    if (this.labels !== checker.labels) this.name()
    root.toggleAttribute('aria-busy', running)
    this.box.checked = this.guard.get()
    this.notice.hidden = !stale || running || Boolean(trouble)
    if (running && report && !trouble) return // what was found stays until there is more
    root.dataset.state = this.state()
    write(this.status, this.spoken())
    this.tools.replaceChildren(...this.toolsOf())
    this.redraw()
  }

  state() {
    const { report, trouble, running } = this.checker
    if (running) return 'running'
    if (trouble) return 'trouble'
    if (!report) return 'empty'
    return report.findings.length ? 'found' : 'clean'
  }

  /** What a screen reader hears, and everyone reads. */
  spoken() {
    const { labels, said } = this
    const { report } = this.checker
    const texts = this.messageFor(this.state()) ?? [said, report ? labels.counts(counted(report.findings)) : '']
    return texts.filter(Boolean).join(' ')
  }

  toolsOf() {
    const { report } = this.checker
    if (this.state() !== 'found' || !report) return []
    const root = rootOf(this.checker.app)
    const safe = report.findings.filter((one) => one.safe && mendable(root, one))
    const tools = []
    if (safe.length) {
      const fix = button([icon('wrench'), this.labels.fixAll(safe.length)], 'fit-ad-check-strong', () => this.mend(safe))
      fix.title = this.labels.fixAllMore
      tools.push(fix)
    }
    return [...tools, this.saver()]
  }

  /** @param {typeof KINDS[number]} kind */
  async save(kind) {
    await save(this.checker, kind).catch(() => write(this.status, this.labels.unsaved))
    const saver = this.tools.querySelector('details')
    saver?.removeAttribute('open')
    saver?.querySelector('summary')?.focus()
  }

  /** The list of forms in which findings can be saved. */
  saver() {
    const { labels } = this
    const forms = KINDS.map((kind) => button([labels[kind]], '', () => this.save(kind)))
    const list = make('div', 'fit-ad-check-forms', forms)
    list.setAttribute('role', 'group')
    list.setAttribute('aria-label', labels.saveAs)
    const summary = make('summary', 'fit-ad-check-button', [icon('download'), labels.save])
    return make('details', 'fit-ad-check-saver', [summary, list])
  }

  /** Close the list of forms. @param {KeyboardEvent} event */
  escape(event) {
    const saver = this.tools.querySelector('details')
    if (event.key !== 'Escape' || !saver?.open) return
    event.stopPropagation()
    saver.open = false
    saver.querySelector('summary')?.focus()
  }

  /** @param {EventTarget | null} to */
  leave(to) {
    const saver = this.tools.querySelector('details')
    if (saver && !(to instanceof Node && saver.contains(to))) saver.open = false
  }

  redraw() {
    const { report, trouble } = this.checker
    const state = this.state()
    const texts = this.messageFor(state)
    if (texts) return this.body.replaceChildren(this.message(state, texts))
    if (!report || trouble) return
    const root = rootOf(this.checker.app)
    const deeds = {
      names: (/** @type {Finding} */ one) => namesIn(root, one),
      reachable: (/** @type {Finding} */ one) => Boolean(placeIn(root, one)),
      mendable: (/** @type {Finding} */ one) => mendable(root, one),
      go: (/** @type {Finding} */ one) => this.go(one),
      mend: (/** @type {Finding} */ one) => this.mend([one]),
    }
    this.relist(listOf(report.findings, this.labels, deeds))
  }

  /**
   * Put in a new list, and leave the keyboard, the scroll and what was folded as they were.
   * @param {HTMLElement[]} parts
   */
  relist(parts) {
    const { body } = this
    const { scrollTop } = body
    const folded = new Map([...body.querySelectorAll('details')].map((one) => [one.dataset.severity, one.open]))
    const key = document.activeElement?.closest('.fit-ad-check-item')?.querySelector('[data-key]')?.getAttribute('data-key')
    body.replaceChildren(...parts)
    for (const one of body.querySelectorAll('details')) one.open = folded.get(one.dataset.severity) ?? one.open
    if (key) this.focusOn(key)
    body.scrollTop = scrollTop
  }

  /**
   * @param {string} key
   * @returns {boolean} whether that finding is there and can be gone to
   */
  focusOn(key) {
    const row = this.body.querySelector(`[data-key="${CSS.escape(key)}"]`)
    if (row instanceof HTMLButtonElement) row.focus()
    return row instanceof HTMLButtonElement
  }

  /**
   * @param {string} state
   * @returns {string[] | null}
   */
  messageFor(state) {
    const { labels } = this
    const { trouble } = this.checker
    if (state === 'running') return [labels.checking, '']
    if (state === 'trouble' && trouble) return [trouble.what, trouble.more]
    if (state === 'empty') return [labels.empty, labels.emptyMore]
    return state === 'clean' ? [labels.clean, this.said || labels.ready] : null
  }

  /**
   * @param {string} state
   * @param {string[]} texts
   */
  message(state, [what, more]) {
    const icons = { running: 'spinner pi-spin', trouble: 'exclamation-circle', empty: 'inbox', clean: 'check-circle' }
    const name = icons[/** @type {keyof typeof icons} */ (state)]
    const parts = [icon(name), make('strong', '', [what]), make('p', '', [more])]
    if (state === 'trouble') {
      parts.push(button([this.labels.retry], 'fit-ad-check-strong', () => this.act(() => this.checker.check())))
    }
    return make('div', 'fit-ad-check-message-card', parts)
  }

  /** @param {Finding} finding */
  async go(finding) {
    const { app } = this.checker
    const place = placeIn(rootOf(app), finding)
    if (place) await show(app, place)
    else write(this.status, this.labels.gone)
  }

  /** @param {Finding[]} findings */
  async mend(findings) {
    const next = this.after(findings)
    this.said = ''
    const count = await this.checker.mend(findings)
    this.said = count ? this.labels.fixed(count) : this.labels.gone
    this.draw()
    if (!next || !this.focusOn(next)) this.title.focus()
  }

  /**
   * The finding that follows some of the list, to go on from there.
   * @param {Finding[]} findings
   */
  after(findings) {
    const keys = findings.map(keyOf)
    const rows = [...(this.body.querySelectorAll('button[data-key]') ?? [])].map((row) => row.getAttribute('data-key'))
    const left = (/** @type {string | null} */ key) => !keys.includes(key ?? '')
    const first = rows.findIndex((key) => !left(key))
    return rows.slice(first).find(left) ?? rows.find(left)
  }

  /**
   * The arrow keys go from finding to finding.
   * @param {KeyboardEvent} event
   */
  step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const at = /** @type {HTMLElement} */ (event.target).closest?.('.fit-ad-check-item, summary')
    if (!by || !at) return
    const rows = [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll('button.fit-ad-check-go'))]
    const open = rows.filter((row) => row.checkVisibility?.() ?? true)
    const here = open.findIndex((row) => at.contains(row))
    const next = open[here < 0 ? 0 : here + by]
    event.preventDefault()
    event.stopPropagation()
    next?.focus()
  }
}
