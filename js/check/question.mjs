// @ts-check
/** A question that has to be answered before a graph is queued. */
import { button, make } from './dom.mjs'

/**
 * Ask, over the whole page.
 * @param {string} title
 * @param {(HTMLElement | string)[]} parts below the title
 * @param {Record<string, string>} answers their labels; the last is the one that is meant to be taken
 * @returns {Promise<string>} the answer, '' where the question was put aside
 */
export function question(title, parts, answers) {
  const dialog = make('dialog', 'fit-ad-check-dialog')
  const buttons = Object.entries(answers).map(([answer, label], at, all) =>
    button([label], at === all.length - 1 ? 'fit-ad-check-strong' : '', () => dialog.close(answer)),
  )
  dialog.setAttribute('aria-label', title)
  dialog.append(make('h3', '', [title]), ...parts, make('div', 'fit-ad-check-choices', buttons))
  document.body.append(dialog)
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue)
    })
    dialog.addEventListener('keydown', (event) => event.stopPropagation())
    dialog.showModal()
    buttons.at(-1)?.focus()
  })
}
