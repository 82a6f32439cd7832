// @ts-check
/**
 * What a placer keeps in its field `edited`: who said where the words go, and on which pictures.
 *
 * Twin of core/placement/edited.py, which reads it. Empty: a connected layout says it. Fingerprints parted by spaces: a
 * person did, while these pictures were shown. `held:` and JSON: a person changed something else, and the words stay
 * where they stood, on each picture in its own place.
 */

/** Where the layout has put words, in percent from the top left corner.
 * @typedef {{ x: number, y: number, width: number, height: number, anchor: string, text_color: string }} Place */
/** A picture of a run: its token, its fingerprint, and where the layout has put the words on it.
 * @typedef {{ token: string, picture: string, place: Place | null }} Picture */

/** Stands for a picture that is not known: an edit that is never out of date. */
export const UNKNOWN_PICTURE = 'manual'
const HELD = 'held:'

/**
 * The field where a person has set the box.
 * @param {string[]} fingerprints of the pictures that were shown
 * @returns {string}
 */
export function byHand(fingerprints) {
  return [...new Set(fingerprints.filter(Boolean))].join(' ') || UNKNOWN_PICTURE
}

/**
 * The field where the words stay as they stand; '' where the layout has put them nowhere.
 * @param {Picture[]} pictures
 * @returns {string}
 */
export function held(pictures) {
  const places = pictures.flatMap(({ picture, place }) =>
    place && picture ? [[picture, place.x, place.y, place.width, place.height, place.anchor, place.text_color]] : [],
  )
  return places.length ? HELD + JSON.stringify(places) : ''
}

/**
 * Whether a person has set the box.
 * @param {string} edited
 */
export function isByHand(edited) {
  return edited !== '' && !edited.startsWith(HELD)
}

/**
 * The pictures that a run tells of; what is odd in it is passed over.
 * @param {any} output
 * @returns {Picture[]}
 */
export function picturesOf(output) {
  const told = Array.isArray(output) ? output : []
  return told.flatMap((one) => {
    if (typeof one?.token !== 'string' || !one.token) return []
    const picture = typeof one.picture === 'string' ? one.picture : ''
    return [{ token: one.token, picture, place: placeOf(one.place) }]
  })
}

/**
 * @param {any} place
 * @returns {Place | null}
 */
function placeOf(place) {
  const { x, y, width, height, anchor, text_color } = place ?? {}
  const sound = [x, y, width, height].every(Number.isFinite) && [anchor, text_color].every((text) => typeof text === 'string')
  return sound ? { x, y, width, height, anchor, text_color } : null
}
