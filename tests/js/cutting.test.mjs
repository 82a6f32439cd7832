import assert from 'node:assert/strict'
import test from 'node:test'
import { ENGLISH, KOREAN, choicesIn, filled, placeOf, safe, sizeOf, textOf, told, toggled, verdictOf } from '../../js/lib/cutting.mjs'

test('choices come back from their text, and what is odd counts as not there', () => {
  const choices = [[0.5, 0.25, 1], [0.1, 0.9, 0.22]]
  assert.deepEqual(choicesIn(textOf(choices)), choices)
  assert.equal(textOf([]), '')
  for (const odd of ['', null, undefined, '{', '{}', 'null', '7', '"x"']) assert.deepEqual(choicesIn(odd), [])
  assert.deepEqual(choicesIn('[[0.5,0.5],[0.5,0.5,2],["a",0,0],null,[0.1,0.2,0.3]]'), [[0.1, 0.2, 0.3]])
})

test('a choice is added, and taken back when it is chosen again', () => {
  const one = [0.5, 0.5, 0.38]
  assert.deepEqual(toggled([], one), [one])
  assert.deepEqual(toggled([[0.1, 0.1, 1], one], [0.501, 0.5, 0.38]), [[0.1, 0.1, 1]])
  assert.equal(toggled(Array.from({ length: 12 }, (_, i) => [i / 20, 0, 1]), one).length, 12)
})

test('a click is a place in the picture, bars left out', () => {
  const element = { width: 400, height: 200 }
  assert.deepEqual(placeOf({ x: 200, y: 100 }, element, { width: 100, height: 100 }), { x: 0.5, y: 0.5 })
  assert.deepEqual(placeOf({ x: 100, y: 0 }, element, { width: 50, height: 50 }), { x: 0, y: 0 })
  assert.equal(placeOf({ x: 90, y: 100 }, element, { width: 100, height: 100 }), null)
  assert.deepEqual(placeOf({ x: 300, y: 150 }, element, { width: 4000, height: 1000 }), { x: 0.75, y: 1 })
  assert.equal(placeOf({ x: 1, y: 1 }, element, { width: 0, height: 0 }), null)
})

test('a verdict is told in words, in both languages', () => {
  const verdict = verdictOf({ fit_ad_cutout: [{ confidence: 0.976, engine: 'u2netp', usable: true }] })
  assert.deepEqual(verdict, { confidence: 0.976, engine: 'u2netp', usable: true })
  assert.equal(told(verdict, ENGLISH), 'Good cut-out (98 %)')
  assert.match(told({ confidence: 0.07, engine: '', usable: false }, ENGLISH), /^Doubtful cut-out \(7 %\)/)
  assert.equal(told({ confidence: 0, engine: '', usable: false }, KOREAN), KOREAN.none)
  for (const odd of [null, {}, { fit_ad_cutout: [] }, { fit_ad_cutout: [{ confidence: 'x' }] }]) assert.equal(verdictOf(odd), null)
})

test('both languages have the same labels with the same places to fill', () => {
  assert.deepEqual(Object.keys(KOREAN), Object.keys(ENGLISH))
  const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const name of Object.keys(ENGLISH)) assert.deepEqual(places(KOREAN[name]), places(ENGLISH[name]), name)
})

test('sizes, filling and addresses', () => {
  assert.deepEqual([176, 1130, 4.6].map(sizeOf), ['176 MB', '1.1 GB', '5 MB'])
  assert.equal(filled('{a} and {b}', { a: 1 }), '1 and {b}')
  assert.deepEqual(['https://x.org/a', 'http://x.org/a', 'javascript:alert(1)', ''].map(safe), [true, false, false, false])
})
