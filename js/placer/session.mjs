// @ts-check
/** Which pictures the editors showed, for as long as the browser's tab lives: a reload forgets what runs put out. */
import { picturesOf } from '../lib/edited.mjs'

/** @typedef {import('../lib/edited.mjs').Picture} Picture */

const ITEM = 'fit_ad.placer'
const MOST = 64

/**
 * @param {string} key which editor of which workflow
 * @param {Picture[]} pictures
 */
export function remember(key, pictures) {
  const known = all()
  delete known[key]
  const entries = [...Object.entries(known), [key, pictures]].slice(-MOST)
  try {
    sessionStorage.setItem(ITEM, JSON.stringify(Object.fromEntries(entries)))
  } catch {
    return // no room, or no storage here: after a reload the graph has to run again
  }
}

/**
 * @param {string} key
 * @returns {Picture[]}
 */
export function recall(key) {
  return picturesOf(all()[key])
}

/** @returns {Record<string, unknown>} */
function all() {
  try {
    const known = JSON.parse(sessionStorage.getItem(ITEM) ?? '{}')
    return known && typeof known === 'object' && !Array.isArray(known) ? known : {}
  } catch {
    return {}
  }
}
