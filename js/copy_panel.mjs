// @ts-check
/** The words of a finished ad, under the AdSave node, ready to be copied into a post. */
import { make } from './elements.mjs'
import { addPanel, chain, localeOf } from './hooks.mjs'
import { spokenIn } from './lib/languages.mjs'
import { wordsOf } from './lib/words.mjs'

/** @typedef {{ words: string, element: HTMLElement, area: HTMLTextAreaElement, button: HTMLButtonElement }} Panel */

/** @type {WeakMap<object, Panel>} */
const panels = new WeakMap()
const ENGLISH = { title: 'Copy and hashtags', copy: 'Copy', copied: 'Copied', hint: 'The copy and hashtags appear here after a run.' }
const KOREAN = { title: '문구와 해시태그', copy: '복사', copied: '복사했어요', hint: '실행하면 문구와 해시태그가 여기에 나와요.' }
const MIN_HEIGHT_PX = 180

/**
 * Add the panel to an AdSave node. It is not part of the saved graph nor of the prompt.
 * @param {any} node
 * @param {{ app: any }} host
 */
export function attachCopyPanel(node, { app }) {
  const panel = build(spokenIn(localeOf(app), ENGLISH, KOREAN))
  panels.set(node, panel)
  const options = { getValue: () => panel.words }
  addPanel(node, { name: 'fit_ad_copy', root: panel.element, leastPx: MIN_HEIGHT_PX }, options)
  chain(node, 'onExecuted', (output) => showCopy(node, output))
}

/**
 * Show the words of an output; a node without a panel, or an output without words, changes nothing.
 * @param {object} node
 * @param {unknown} output
 */
export function showCopy(node, output) {
  const panel = panels.get(node)
  const words = wordsOf(output)
  if (!panel || !words) return
  panel.words = words
  panel.area.value = words
  panel.button.disabled = false
}

/**
 * @param {typeof ENGLISH} labels
 * @returns {Panel}
 */
function build(labels) {
  const element = make('div')
  element.style.cssText = 'display:flex;flex-direction:column;gap:4px;padding:4px;box-sizing:border-box;height:100%'
  const area = make('textarea')
  area.readOnly = true
  area.placeholder = labels.hint
  area.setAttribute('aria-label', labels.title)
  area.style.cssText =
    'flex:1;min-height:120px;resize:none;border:0;border-radius:6px;padding:8px;font:12px/1.5 sans-serif;' +
    'background:var(--comfy-input-bg,#222);color:var(--input-text,#ddd)'
  const button = make('button')
  button.type = 'button'
  button.disabled = true
  button.textContent = labels.copy
  button.style.cssText =
    'align-self:flex-end;border:0;border-radius:6px;padding:4px 12px;cursor:pointer;font:12px sans-serif;' +
    'background:var(--comfy-input-bg,#222);color:var(--input-text,#ddd)'
  button.addEventListener('click', () => copy(area, button, labels))
  element.append(area, button)
  return { words: '', element, area, button }
}

/**
 * Put the words on the clipboard, also where the page is served without https.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLButtonElement} button
 * @param {typeof ENGLISH} labels
 */
async function copy(area, button, labels) {
  try {
    await navigator.clipboard.writeText(area.value)
  } catch {
    area.select()
    document.execCommand('copy')
  }
  button.textContent = labels.copied
  setTimeout(() => (button.textContent = labels.copy), 1500)
}
