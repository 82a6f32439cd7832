// @ts-check
/** Elements of the panel. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, name, children = []) {
  const element = document.createElement(tag)
  if (name) element.className = name
  element.append(...children)
  return element
}

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

/**
 * Change a text only where it differs, so that a screen reader says nothing twice.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}
