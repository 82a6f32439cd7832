// @ts-check
/** The making and changing of elements. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [name] of its class
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, name = '', children = []) {
  const element = document.createElement(tag)
  if (name) element.className = name
  element.append(...children)
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
