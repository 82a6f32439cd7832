// @ts-check
/** The list of better models: file, size, licence, address and folder, and a download that only a click starts. */
import { make } from '../elements.mjs'
import { ask } from '../hooks.mjs'
import { filled, safe, sizeOf } from '../lib/cutting.mjs'

/** @typedef {import('../lib/cutting.mjs').Model} Model */
/** @typedef {import('../lib/cutting.mjs').Labels} Labels */

/**
 * Show the list.
 * @param {any} api
 * @param {Labels} labels
 */
export async function showModels(api, labels) {
  const answer = await ask(api, '/fit_ad/cutout/models', {}).catch(() => null)
  const models = answer?.ok ? answer.data.models : []
  const close = make('button', 'fit-ad-models-close')
  close.type = 'button'
  close.textContent = labels.close
  const title = make('h2')
  title.textContent = labels.betterTitle
  const hint = make('div')
  hint.textContent = labels.betterHint
  const parts = models.map((/** @type {Model} */ model) => entry(model, labels))
  const dialog = make('dialog', 'fit-ad-models', [title, hint, ...parts, close])
  dialog.setAttribute('aria-label', labels.betterTitle)
  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  dialog.addEventListener('keydown', (event) => event.stopPropagation())
  document.body.append(dialog)
  dialog.showModal()
}

/**
 * @param {Model} model
 * @param {Labels} labels
 */
function entry(model, labels) {
  const facts = [
    [labels.file, `${model.file} (${sizeOf(model.size_mb)})`],
    [labels.licence, model.licence],
    [labels.address, model.address],
    [labels.folder, model.path],
  ]
  const list = make('dl', '', facts.flatMap(([name, value]) => [text('dt', name), text('dd', value)]))
  const actions = model.there ? [text('span', labels.there)] : [fetching(model, labels), link(model.page, labels.page)]
  return make('section', '', [list, make('div', 'fit-ad-cutout-row', actions)])
}

/**
 * What fetches a file when it is clicked: ComfyUI's desktop app puts it into the folder, a browser downloads it.
 * @param {Model} model
 * @param {Labels} labels
 */
function fetching(model, labels) {
  const label = filled(labels.fetch, { size: sizeOf(model.size_mb) })
  const manager = /** @type {any} */ (globalThis).electronAPI?.DownloadManager
  if (!manager?.startDownload) return link(model.address, label)
  const button = make('button')
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', () => {
    button.disabled = true
    if (safe(model.address)) manager.startDownload(model.address, model.folder, model.file)
  })
  return button
}

/**
 * @param {string} address
 * @param {string} label
 */
function link(address, label) {
  const anchor = make('a')
  anchor.textContent = label
  anchor.target = '_blank'
  anchor.rel = 'noopener noreferrer'
  if (safe(address)) anchor.href = address
  return anchor
}

/**
 * @param {'dt' | 'dd' | 'span'} tag
 * @param {string} words
 */
function text(tag, words) {
  const element = make(tag)
  element.textContent = words
  return element
}
