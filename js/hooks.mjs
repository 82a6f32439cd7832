// @ts-check
/** What hangs on to ComfyUI: a node's methods, the language, the server, style sheets, looks at changing fields. */

/**
 * ComfyUI's server; `told` says an error of the pack in the language of the user interface.
 * @typedef {object} Api
 * @property {(path: string, options?: RequestInit) => Promise<Response>} fetchApi
 * @property {(error: any) => Promise<any>} [told]
 */

/**
 * Call `after` whenever the node's method was called.
 * @param {any} node
 * @param {string} method
 * @param {(...given: any[]) => void} after
 */
export function chain(node, method, after) {
  const before = node[method]
  node[method] = function (/** @type {any[]} */ ...given) {
    const result = before?.apply(this, given)
    after(...given)
    return result
  }
}

/**
 * Put an element of the pack's into a node. It is not part of the saved graph nor of the prompt.
 * @param {any} node
 * @param {{ name: string, type?: string, root: HTMLElement, label?: string, leastPx: number }} panel `type` is its `name` unless it says so
 * @param {Record<string, unknown>} [options] further ones of ComfyUI's DOM widgets
 * @returns {any} the widget
 */
export function addPanel(node, { name, type = name, root, label, leastPx }, options = {}) {
  const widget = node.addDOMWidget(name, type, root, {
    serialize: false,
    hideOnZoom: false,
    getMinHeight: () => leastPx,
    getValue: () => '',
    setValue: () => {},
    ...options,
  })
  widget.serialize = false
  if (label !== undefined) widget.label = label
  return widget
}

/**
 * A field that is kept and sent, but not shown.
 * @param {any} widget
 */
export function hide(widget) {
  if (!widget) return
  widget.hidden = true
  widget.options = Object.assign(widget.options ?? {}, { hidden: true })
}

/**
 * The language of the user interface: `ko`, `en` …
 * @param {any} app
 * @returns {unknown}
 */
export function localeOf(app) {
  return app.extensionManager?.setting?.get?.('Comfy.Locale') ?? app.ui?.settings?.getSettingValue?.('Comfy.Locale')
}

/**
 * Ask one of the pack's addresses on the server; `data` is null where the answer is not JSON.
 * @param {Api} api
 * @param {string} route
 * @param {object} question
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ ok: boolean, status: number, data: any }>}
 */
export async function ask(api, route, question, signal) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await api.fetchApi(route, { method: 'POST', headers, body: JSON.stringify(question), signal })
  const data = await answer.json().catch(() => null)
  const error = data?.error && api.told ? await api.told(data.error) : data?.error
  return { ok: answer.ok, status: answer.status, data: error ? { ...data, error } : data }
}

/**
 * Let the graph's own undo know that a change is complete; front ends up to 1.39 call it otherwise.
 * @param {any} app
 */
export function capture(app) {
  const tracker = app.extensionManager?.workflow?.activeWorkflow?.changeTracker
  if (tracker?.captureCanvasState) tracker.captureCanvasState()
  else tracker?.checkState?.()
}

/**
 * Bring a style sheet to the page, once.
 * @param {URL} address `new URL('./name.css', import.meta.url)`
 */
export function linkStyle({ href }) {
  if (document.querySelector(`link[href="${href}"]`)) return
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = href
  document.head.append(link)
}

/**
 * Looks at nodes' fields now and then, for they change by typing, by undo, by another node; rests while there is none.
 * @template T
 */
export class Watch {
  /**
   * @param {(thing: T) => void} look
   * @param {number} everyMs
   */
  constructor(look, everyMs) {
    this.look = look
    this.everyMs = everyMs
    /** What is looked at, by its node. @type {Map<object, T>} */
    this.things = new Map()
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.clock = undefined
  }

  /**
   * @param {object} node
   * @param {T} thing
   */
  add(node, thing) {
    this.things.set(node, thing)
    this.clock ??= setInterval(() => this.things.forEach((each) => this.look(each)), this.everyMs)
  }

  /** @param {object} node */
  remove(node) {
    this.things.delete(node)
    if (this.things.size) return
    clearInterval(this.clock)
    this.clock = undefined
  }
}
