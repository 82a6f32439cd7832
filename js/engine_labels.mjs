// @ts-check
/** Says in a list of engines which are not installed; the server tells so beside the options. */

const SUFFIX = Object.freeze({ en: 'not installed', ko: '설치되지 않음' })

/**
 * Mark the options of a node's list that the server says are not installed. Values stay as they are.
 * @param {any} node
 * @param {string} name of the widget
 * @param {unknown} locale
 */
export function markMissing(node, name, locale) {
  const widget = node.widgets?.find((/** @type {any} */ each) => each.name === name)
  const missing = new Set(missingIn(node.constructor?.nodeData, name))
  if (!widget?.options || !missing.size) return
  const label = widget.options.getOptionLabel
  const suffix = String(locale).startsWith('ko') ? SUFFIX.ko : SUFFIX.en
  widget.options.getOptionLabel = (/** @type {string | null} */ value) => {
    const shown = label ? label(value) : String(value ?? '')
    return missing.has(String(value)) ? `${shown} (${suffix})` : shown
  }
}

/**
 * @param {any} data what /object_info says of a node class
 * @param {string} name of an input
 * @returns {string[]}
 */
export function missingIn(data, name) {
  const spec = data?.input?.required?.[name] ?? data?.input?.optional?.[name]
  const told = Array.isArray(spec) ? spec[1]?.not_installed : undefined
  return Array.isArray(told) ? told.filter((each) => typeof each === 'string') : []
}
