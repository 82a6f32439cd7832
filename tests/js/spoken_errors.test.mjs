import assert from 'node:assert/strict'
import test from 'node:test'
import { ERRORS } from '../../js/lib/errors_ko.mjs'
import { SpokenErrors } from '../../js/lib/spoken_errors.mjs'

const korean = new SpokenErrors(ERRORS)
const small = new SpokenErrors({
  'The photo {} is broken': '사진 {0}이(가) 깨졌습니다',
  'Copy it again': '다시 복사하세요',
  '{} of {} are left': '{1} 가운데 {0}이(가) 남았습니다',
  '{} is {}': '{0}: {1}',
  'It is not UTF-8': 'UTF-8이 아닙니다',
})

for (const [english, said] of [
  ['The photo a.jpg is broken. Copy it again.', '사진 a.jpg이(가) 깨졌습니다. 다시 복사하세요.'],
  ['The photo a. b? c.jpg is broken. It is not UTF-8. Copy it again.', '사진 a. b? c.jpg이(가) 깨졌습니다. UTF-8이 아닙니다. 다시 복사하세요.'],
  ['3 of 4 are left.', '4 가운데 3이(가) 남았습니다.'],
  ['The photo x is broken: no such file. Copy it again.', '사진 x이(가) 깨졌습니다: no such file. 다시 복사하세요.'],
  ['The photo x is broken. The disk said something else.', '사진 x이(가) 깨졌습니다. The disk said something else.'],
  ['Copy it again.\n', '다시 복사하세요.'],
  ['Nothing that is known.', 'Nothing that is known.'],
  ['width is 7.', 'width: 7.'],
  ['', ''],
]) {
  test(`said in the words of the table: ${english}`, () => assert.equal(small.say(english), said))
}

test('the template that says most is taken, and a value that is a message itself is said too', () => {
  assert.equal(small.say('width is It is not UTF-8.'), 'width: UTF-8이 아닙니다.')
})

test('a text without end is left as it is, and a long one takes no time that grows with its square', () => {
  const long = 'a is b. '.repeat(100_000)
  assert.equal(small.say(long), long.trim())
  assert.match(korean.say('a is b. '.repeat(400)), /^a: b\./)
})

for (const [english, said] of [
  [
    "The profile 'shop' gave no answer. The server can't be reached: connection refused. Check that it runs and that its base_url in the settings is right.",
    "프로필 'shop'이(가) 답하지 않았습니다. 서버에 연결할 수 없습니다: connection refused. 서버가 켜져 있는지, 설정의 base_url이 맞는지 확인하세요.",
  ],
  [
    'The settings file /home/a.b/config.yaml, line 10, has an error. default_profile names \'x\', which is not a profile. Name one of own, far, or rules.',
    "설정 파일 /home/a.b/config.yaml의 10번째 줄에 잘못된 곳이 있습니다. default_profile에 적힌 'x'은(는) 없는 프로필입니다. own, far 가운데 하나나 rules를 적으세요.",
  ],
]) {
  test(`the pack's own: ${english}`, () => assert.equal(korean.say(english), said))
}

test('each value has its place in the other words', () => {
  for (const [english, said] of Object.entries(ERRORS)) {
    const places = [...new Set([...said.matchAll(/\{(\d)\}/g)].map(([, at]) => Number(at)))].sort()
    assert.deepEqual(places, [...Array(english.split('{}').length - 1).keys()], english)
    assert.match(said, /[가-힣]|^[^a-z]*$/, english)
  }
})
