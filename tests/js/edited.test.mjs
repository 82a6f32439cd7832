// @ts-check
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { UNKNOWN_PICTURE, byHand, held, isByHand, picturesOf } from '../../js/lib/edited.mjs'

const golden = JSON.parse(readFileSync(new URL('../goldens/edited.json', import.meta.url), 'utf8'))

test('what is written is what Python reads', () => {
  assert.equal(held(golden.pictures), golden.held)
  const [one, other] = golden.pictures.map((/** @type {any} */ each) => each.picture)
  assert.equal(byHand([one, '', other, one]), golden.by_hand)
})

test('a person, the layout, and what is held', () => {
  assert.deepEqual(['', golden.held, golden.by_hand, UNKNOWN_PICTURE].map(isByHand), [false, false, true, true])
  assert.equal(byHand(['', '']), UNKNOWN_PICTURE)
  assert.equal(held([]), '')
})

test('of what a run tells, what is odd is passed over', () => {
  assert.deepEqual(picturesOf(golden.pictures), golden.pictures)
  assert.deepEqual(picturesOf([null, {}, { token: 3 }, { token: '' }]), [])
  assert.deepEqual(picturesOf('x'), [])
  const [found] = picturesOf([{ token: 't', picture: 7, place: { x: 1, y: NaN, width: 1, height: 1, anchor: 'top', text_color: '#000000' } }])
  assert.deepEqual(found, { token: 't', picture: '', place: null })
})
