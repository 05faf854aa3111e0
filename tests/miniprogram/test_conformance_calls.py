"""The runtime's wx.* calls behave as WeChat's: callbacks, refusals, quotas, network, privacy."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.miniprogram.support.program import MiniProgram

pytestmark = pytest.mark.without_worker

CALL = """([name, options]) => new Promise(done => __mp.wx[name]({...options,
    success: result => done({ok: true, ...result}), fail: result => done({ok: false, ...result})}))"""


@pytest.fixture
def calls(probe: MiniProgram) -> MiniProgram:
    """Provide the page without anything of its own."""
    probe.open("/pages/calls/calls")
    return probe


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a small picture file."""
    path = tmp_path / "photo.png"
    Image.new("RGB", (40, 20), "teal").save(path)
    return path


def call(phone: MiniProgram, name: str, **options: object) -> Any:
    """Call ``wx.<name>`` with callbacks; return what one of them got."""
    return phone.page.evaluate(CALL, [name, options])


def run(phone: MiniProgram, expression: str) -> Any:
    return phone.page.evaluate(f"() => {{ const wx = __mp.wx, p = __mp.top().page; return {expression}; }}")


def test_a_request_returns_a_task_and_keeps_the_status(calls: MiniProgram) -> None:
    task = run(
        calls, "(t => [typeof t.abort, typeof t.then])(wx.request({url: __mp.phone.home + '/api/v1/client'}))"
    )
    assert task == ["function", "undefined"]
    found = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")
    assert (found["statusCode"], found["errMsg"]) == (200, "request:ok")
    assert "base_url" in found["data"]
    missing = call(calls, "request", url="http://127.0.0.1:8000/api/v1/pages/q/nosuch00")
    assert missing["ok"], "a refusal of the server is an answer"
    assert missing["statusCode"] == 404


def test_other_hosts_and_methods_are_refused_and_noted(calls: MiniProgram) -> None:
    calls.expect_error("not in the domain list")
    calls.expect_error("wx.request knows no PATCH")
    assert call(calls, "request", url="https://elsewhere.example/x")["ok"] is False
    assert call(calls, "request", url="http://127.0.0.1:8000/api/v1/client", method="PATCH")["ok"] is False


def test_an_undescribed_address_is_a_complaint(calls: MiniProgram) -> None:
    call(calls, "request", url="http://127.0.0.1:8000/api/v1/no-such-thing")
    assert any("not in docs/openapi.json: GET /api/v1/no-such-thing" in one for one in calls.complaints())
    calls.expect_error("/api/v1/no-such-thing")


def test_timeouts_and_a_missing_network_fail(calls: MiniProgram) -> None:
    calls.no_answer(path="/api/v1/client", times=1)
    slow = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client", timeout=200)
    assert (slow["ok"], slow["errMsg"]) == (False, "request:fail timeout")
    calls.offline()
    gone = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")
    assert gone["ok"] is False
    assert call(calls, "getNetworkType")["networkType"] == "none"
    calls.online()
    assert call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")["ok"]
    assert [request.status for request in calls.requests] == [None, None, 200]


def test_a_slow_network_is_slow(calls: MiniProgram) -> None:
    calls.slow()
    took = run(
        calls,
        "new Promise(d => { const t = Date.now(); wx.request({url: '/api/v1/client', complete: () => d(Date.now() - t)}) })".replace(
            "'/api", "__mp.phone.home + '/api"
        ),
    )
    assert took >= 500
    calls.online()


def test_network_changes_are_told(calls: MiniProgram) -> None:
    run(calls, "(window.seen = [], wx.onNetworkStatusChange(s => window.seen.push(s.isConnected)))")
    calls.offline()
    calls.online()
    calls.page.wait_for_function("() => window.seen.length === 2")
    assert run(calls, "window.seen") == [False, True]


def test_the_server_can_be_spoken_for(calls: MiniProgram) -> None:
    calls.server_says(409, {"code": "x", "title": "不行"}, path="/api/v1/client")
    calls.lose_answer(path="/api/v1/client", method="GET")
    first = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")
    second = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")
    third = call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")
    assert {first.get("statusCode"), second.get("statusCode")} == {409, None}
    assert third["statusCode"] == 200


def test_storage_has_limits_and_outlives_a_start(calls: MiniProgram) -> None:
    assert run(calls, "wx.getStorageSync('nothing')") == ""
    assert call(calls, "getStorage", key="nothing")["ok"] is False
    calls.keep("draft", {"text": "修沟"})
    too_long = call(calls, "setStorage", key="big", data="x" * (1024 * 1024 + 1))
    assert "size limit" in too_long["errMsg"]
    calls.storage_full()
    assert "quota" in call(calls, "setStorage", key="more", data="y")["errMsg"]
    calls.storage_full(False)
    calls.open("/pages/calls/calls")
    assert calls.storage == {"draft": {"text": "修沟"}}


def test_photos_become_files_that_outlive_a_start(calls: MiniProgram, photo: Path) -> None:
    calls.privacy("agreed")
    assert call(calls, "chooseMedia")["errMsg"] == "chooseMedia:fail cancel"
    calls.camera(photo)
    taken = call(calls, "chooseMedia", count=1)["tempFiles"][0]
    assert (taken["width"], taken["height"], taken["size"]) == (40, 20, photo.stat().st_size)
    saved = calls.page.evaluate(
        "path => new Promise((d, f) => __mp.wx.getFileSystemManager().saveFile({tempFilePath: path, success: d, fail: f}))",
        taken["tempFilePath"],
    )["savedFilePath"]
    calls.open("/pages/calls/calls")
    assert calls.files() == {saved: photo.stat().st_size}
    calls.page.evaluate("path => __mp.top().page.setData({photo: path})", saved)
    calls.page.wait_for_function("() => __mp.top().page.size")
    assert run(calls, "p.size") == {"width": 40, "height": 20}
    gone = call_file(calls, "saveFile", tempFilePath=taken["tempFilePath"])
    assert "no such file" in gone, "temporary files end with the program"


def call_file(phone: MiniProgram, name: str, **options: object) -> str:
    """Call a function of the file system; return its errMsg."""
    found: str = phone.page.evaluate(
        "([name, o]) => new Promise(d => __mp.wx.getFileSystemManager()[name]({...o, complete: r => d(r.errMsg)}))",
        [name, options],
    )
    return found


def test_a_full_phone_saves_no_file(calls: MiniProgram, photo: Path) -> None:
    calls.privacy("agreed")
    calls.camera(photo)
    taken = call(calls, "chooseMedia")["tempFiles"][0]
    calls.storage_full()
    assert "maximum size" in call_file(calls, "saveFile", tempFilePath=taken["tempFilePath"])


def test_consent_is_asked_by_wechat_when_the_program_does_not(calls: MiniProgram, photo: Path) -> None:
    calls.camera(photo)
    run(calls, "void (window.got = null, wx.chooseMedia({complete: r => { window.got = r.errMsg }}))")
    calls.dialog("用户隐私保护提示")
    calls.tap("拒绝")
    calls.page.wait_for_function("() => window.got")
    assert "privacy permission is not authorized" in run(calls, "window.got")


def test_consent_is_asked_by_the_program(calls: MiniProgram, photo: Path) -> None:
    calls.camera(photo)
    run(calls, "p.listen()")
    run(calls, "void (window.got = null, wx.chooseMedia({complete: r => { window.got = r.errMsg }}))")
    calls.tap("同意收集")
    calls.page.wait_for_function("() => window.got")
    assert run(calls, "[window.got, p.reason]") == ["chooseMedia:ok", "chooseMedia"]
    calls.open("/pages/calls/calls")
    assert call(calls, "getPrivacySetting")["needAuthorization"] is False


def test_consent_without_its_button_is_noted(calls: MiniProgram) -> None:
    calls.expect_error("consent without a button")
    run(calls, "p.listen()")
    run(calls, "void wx.requirePrivacyAuthorize({complete() { window.done = true; }})")
    calls.see("同意收集")
    run(calls, "p.resolve({event: 'agree'})")
    calls.page.wait_for_function("() => window.done")
    assert any("consent without a button" in one for one in calls.record.errors)


def test_login_codes_stand_for_a_person_and_differ(calls: MiniProgram) -> None:
    codes = [call(calls, "login")["code"] for _ in range(2)]
    calls.open("/pages/calls/calls")
    codes.append(call(calls, "login")["code"])
    assert codes == ["prober", "prober:2", "prober:3"]
    other = calls.another("bob")
    other.open("/pages/calls/calls")
    assert call(other, "login")["code"] == "bob"
    calls.refuse("login", "fail system error")
    assert call(calls, "login")["errMsg"] == "login:fail system error"


def test_phone_button_scanner_and_subscriptions(calls: MiniProgram) -> None:
    calls.privacy("agreed")
    calls.tap("手机号")
    assert run(calls, "p.detail.errMsg") == "getPhoneNumber:fail user deny"
    calls.phone_number("13800001234")
    calls.tap("手机号")
    calls.page.wait_for_function("() => __mp.top().page.detail.code")
    assert run(calls, "p.detail.code") == "phone:13800001234"
    assert call(calls, "scanCode")["errMsg"] == "scanCode:fail cancel"
    calls.scans("https://x/q/1")
    assert call(calls, "scanCode")["result"] == "https://x/q/1"
    assert call(calls, "requestSubscribeMessage", tmplIds=["t"])["t"] == "reject"
    calls.subscriptions("accept")
    assert call(calls, "requestSubscribeMessage", tmplIds=["t"])["t"] == "accept"
    assert calls.calls("requestSubscribeMessage")[-1] == {"tmplIds": ["t"]}
    assert call(calls, "requestSubscribeMessage", tmplIds=[])["ok"] is False


def test_dialogs_toasts_and_sheets(calls: MiniProgram) -> None:
    run(
        calls,
        "void wx.showModal({title: '真的吗', content: '想好', success: r => { window.answer = r.confirm }})",
    )
    calls.dialog("真的吗")
    calls.tap("确定")
    assert run(calls, "window.answer") is True
    run(
        calls,
        "void wx.showModal({editable: true, placeholderText: '原因', success: r => { window.typed = r.content }})",
    )
    calls.fill("原因", "写错了")
    calls.tap("确定")
    assert run(calls, "window.typed") == "写错了"
    run(
        calls,
        "void wx.showActionSheet({itemList: ['拍照', '相册'], success: r => { window.index = r.tapIndex }})",
    )
    calls.tap("相册")
    assert run(calls, "window.index") == 1
    run(calls, "void wx.showToast({title: '记下了', icon: 'none'})")
    calls.toast("记下了")


def test_navigation_is_bounded(calls: MiniProgram) -> None:
    assert "is not found" in call(calls, "navigateTo", url="/pages/none/none")["errMsg"]
    for _ in range(9):
        assert call(calls, "navigateTo", url="/pages/calls/calls")["ok"]
    assert "limit" in call(calls, "navigateTo", url="/pages/calls/calls")["errMsg"]
    assert call(calls, "navigateBack", delta=20)["ok"]
    assert run(calls, "__mp.stack.length") == 1
    assert call(calls, "redirectTo", url="/pages/main/main?a=1")["ok"]
    calls.at("/pages/main/main")
    assert calls.query() == {"a": "1"}


def test_the_phone_describes_itself(calls: MiniProgram) -> None:
    calls.open("/pages/calls/calls", width=320, big=True, scene="m=abc")
    assert run(calls, "wx.getAppBaseInfo().fontSizeScaleFactor") == 1.4
    assert run(calls, "wx.getWindowInfo().windowWidth") == 320
    assert run(calls, "wx.getAccountInfoSync().miniProgram.envVersion") == "develop"
    assert run(calls, "[wx.getLaunchOptionsSync().scene, wx.getLaunchOptionsSync().query.scene]") == [
        1047,
        "m%3Dabc",
    ]
    assert run(calls, "[wx.canIUse('getPrivacySetting'), wx.canIUse('fly')]") == [True, False]


def test_share_from_a_button_and_from_the_menu(calls: MiniProgram) -> None:
    calls.tap("转发")
    assert calls.calls("share") == [{"title": "here"}]
    assert calls.share() == {"title": "menu"}


def test_what_fails_a_test(calls: MiniProgram) -> None:
    calls.tap("小")
    run(calls, "void wx.flyAway")
    run(calls, "p.setData({nothing: undefined})")
    run(calls, "void setTimeout(() => { throw new Error('thrown later'); })")
    run(calls, "void Promise.reject(new Error('left alone'))")
    run(calls, "void wx.getStorage({key: 'none'})")
    calls.page.wait_for_function("() => __mp.record.errors.length >= 4")
    found = "\n".join(calls.complaints())
    expected = (
        "small target: 小",
        "unsupported: wx.flyAway",
        "thrown later",
        "left alone",
        "data not found",
        "setData of nothing",
    )
    for part in expected:
        assert part in found
        calls.expect_error(part)


def test_a_start_without_network(calls: MiniProgram) -> None:
    calls.offline()
    calls.open("/pages/calls/calls")
    assert call(calls, "getNetworkType")["networkType"] == "none"
    assert call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")["ok"] is False
    calls.online()
    assert call(calls, "request", url="http://127.0.0.1:8000/api/v1/client")["ok"]
