// @ts-check
/** What a node's output says in words. Twin of the `text` list that nodes/ad_save.py returns. */

/**
 * Join the copy and the hashtags of an output; anything else gives ''.
 * @param {unknown} output
 * @returns {string}
 */
export function wordsOf(output) {
  const text = /** @type {{ text?: unknown } | null | undefined} */ (output)?.text
  if (!Array.isArray(text)) return ''
  return text
    .filter((part) => typeof part === 'string' && part.trim())
    .map((part) => part.trim())
    .join('\n\n')
}
