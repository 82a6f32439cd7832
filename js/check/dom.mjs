// @ts-check
/** Elements of the panel. */
import { make, write } from '../elements.mjs'

export { make, write }

/**
 * A picture from the editor's own icon font.
 * @param {string} name
 */
export function icon(name) {
  const element = make('i', `pi pi-${name} fit-ad-check-icon`)
  element.setAttribute('aria-hidden', 'true')
  return element
}

/**
 * @param {(Node | string)[]} children
 * @param {string} name
 * @param {(event: MouseEvent) => void} act
 */
export function button(children, name, act) {
  const element = make('button', `fit-ad-check-button ${name}`, children)
  element.type = 'button'
  element.addEventListener('click', act)
  return element
}
