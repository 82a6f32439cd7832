import assert from 'node:assert/strict'
import test from 'node:test'
import { labelsFor, spoken } from '../../js/lib/labels.mjs'

test('Korean for Korean, English for all else', () => {
  assert.equal(labelsFor('ko').keep, '그대로 두기')
  assert.equal(labelsFor('ko-KR'), labelsFor('ko'))
  for (const locale of ['en', 'ja', undefined, null]) assert.equal(labelsFor(locale).keep, 'Keep')
})

test('both languages say everything', () => {
  assert.deepEqual(Object.keys(labelsFor('ko')), Object.keys(labelsFor('en')))
  for (const words of Object.values(labelsFor('ko'))) assert.match(words, /[가-힣]/)
})

test('where the frame is, in words', () => {
  const values = { x: 50, y: 16.25, width: 84, height: 22, rotation: 0 }
  assert.equal(spoken(values, labelsFor('en')), 'position 50.0 %, 16.3 %; size 84.0 % × 22.0 %')
  assert.equal(spoken({ ...values, rotation: -15 }, labelsFor('ko')), '위치 50.0 %, 16.3 %; 크기 84.0 % × 22.0 %; 각도 -15°')
})
