"""The runtime behaves as WeChat does: templates, events, components, forms, pages."""

from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.miniprogram.support.program import MiniProgram

pytestmark = pytest.mark.without_worker


class Probe:
    """The conformance program's main page, reached by the ids its templates give."""

    def __init__(self, phone: MiniProgram) -> None:
        self.phone = phone

    def node(self, name: str) -> Locator:
        """Return the element of a template's id (the framework prefixes ids in the document)."""
        self.phone.page.evaluate(
            """id => __mp.top().root.getComponent().getShadowRoot().querySelector('#' + id)
                     .getBackendElement().setAttribute('data-test', id)""",
            name,
        )
        return self.phone.page.locator(f".wx-page.top [data-test={name}]")

    def text(self, name: str) -> str:
        return self.node(name).text_content() or ""

    def run(self, expression: str) -> Any:
        """Return an expression over ``p``, the page on top."""
        return self.phone.page.evaluate(f"() => {{ const p = __mp.top().page; return {expression}; }}")

    def entries(self) -> list[str]:
        """Return what the page wrote down since the last time."""
        found: list[str] = self.run("p.entries.splice(0)")
        return found

    def style(self, locator: Locator, name: str) -> str:
        found: str = locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)
        return found


@pytest.fixture
def main(probe: MiniProgram) -> Probe:
    """Provide the main page, opened with a query."""
    probe.open("/pages/main/main", k="v%20w")
    return Probe(probe)


def test_templates_repeat_compute_and_include(main: Probe) -> None:
    assert main.text("nested") == "00p,01q,10r,"
    assert main.text("counted") == "012"
    assert main.text("keyed") == "甲乙"
    assert main.text("expression") == "yes deep 7 ttrue"
    assert main.text("named") == "A-B-9"
    assert main.text("included") == "included:7"
    assert main.text("entities") == "a<b\u00a0c&d"


def test_wxs_has_its_own_ways(main: Probe) -> None:
    assert main.text("scripted") == "ABC Array 0 true other 4"


def test_styles_use_rpx_and_the_page_class(main: Probe) -> None:
    node = main.node("expression")
    assert node.get_attribute("class") == "x y sized"
    found = [main.style(node, name) for name in ("width", "color", "fontSize", "lineHeight")]
    assert found == ["50px", "rgb(255, 0, 0)", "10px", "20px"]
    assert main.style(main.phone.page.locator(".wx-page.top"), "backgroundColor") == "rgb(250, 247, 242)"


def test_styles_of_a_component_are_its_own(main: Probe) -> None:
    inner = main.phone.page.locator("wx-holder > wx-view")
    assert main.style(inner, "color") == "rgb(0, 0, 0)", "app.wxss must not reach into a component"
    assert main.style(inner, "borderTopColor") == "rgb(5, 5, 5)"
    assert main.style(main.phone.page.locator("wx-child > wx-view").first, "borderTopStyle") == "none"
    assert main.style(main.phone.page.locator("wx-holder"), "paddingTop") == "4px"


def test_external_classes_virtual_host_and_shared_styles(main: Probe) -> None:
    box = main.phone.page.get_by_text("BX")
    assert main.style(box, "backgroundColor") == "rgb(9, 9, 9)"
    assert main.style(box, "color") == "rgb(1, 2, 3)"
    assert main.phone.page.locator("wx-box").count() == 0


def test_lifecycle_order(main: Probe) -> None:
    assert main.entries() == ['onLoad:{"k":"v%20w"}', "onShow", "onReady"]
    # WeChat lays out after the page is shown, so ready comes last.
    log = main.run("p.selectComponent('#child').log")
    assert log == ["created", "attached", "show", "ready"]
    assert main.run("p.custom.keep") == 1


def test_components_come_and_go_with_the_data(main: Probe) -> None:
    main.run("p.setData({late: true})")
    assert main.run("Boolean(p.selectComponent('#latecomer'))")
    main.phone.page.wait_for_function("() => __mp.top().page.selectComponent('#latecomer').log.length === 3")
    assert main.run("p.selectComponent('#latecomer').log") == ["created", "attached", "ready"]
    main.run("p.setData({late: false})")
    assert main.run("p.selectComponent('#latecomer')") is None


def test_set_data_takes_paths_and_calls_observers(main: Probe) -> None:
    script = (
        "new Promise(done => p.setData({'object.x': 2, text: 'S2', 'deep.b[0].c': 'new'}, () => done(1)))"
    )
    assert main.run(script) == 1
    assert main.run("p.selectComponent('#child').last") == [2, "S2"]
    assert main.text("expression") == "yes new 7 ttrue"
    assert main.run("p.selectComponent('#child').word()") == "wordB"


def test_events_are_caught_bubble_and_carry_marks(main: Probe) -> None:
    main.entries()
    main.node("stop").tap()
    assert main.entries() == [
        'tap|middle|stop||{"i":"2","o":1}|middle',
        'tap|stop|stop|cc|{"i":"2","o":1}|stop',
    ]
    main.node("through").tap()
    assert main.entries() == [
        'tap|middle|through||{"o":1}|middle',
        'tap|through|through||{"o":1}|through',
        'tap|outer|through||{"o":1}|outer',
    ]


def test_custom_events_bubble_through_components(main: Probe) -> None:
    main.entries()
    main.node("bubbling").locator("wx-child wx-view").tap()
    assert [entry.split("|")[:2] for entry in main.entries()] == [["hit", "bubbling"]]


def test_slots_relations_and_generics(main: Probe) -> None:
    assert main.text("holder") == "HB:S:5:true:1|F"
    assert main.run("p.selectComponent('#holder').count()") == 1
    assert main.phone.page.locator("wx-generic").all_text_contents() == ["", "B::0:false:"]


def test_two_way_binding(main: Probe) -> None:
    main.phone.fill("双向", "typed")
    assert main.text("echo") == "typed"
    assert main.run("p.data.typed") == "typed"


def test_accessibility_attributes_reach_the_document(main: Probe) -> None:
    box = main.phone.find("勾选", role="checkbox")
    assert box.get_attribute("aria-checked") == "true"
    main.run("p.setData({ok: false})")
    assert box.get_attribute("aria-checked") == "false"
    assert main.phone.find("一", role="textbox").evaluate("element => element.tagName") == "INPUT"
    assert main.phone.find("不能按", role="button").get_attribute("aria-disabled") == "true"


def test_a_disabled_button_does_nothing(main: Probe) -> None:
    main.entries()
    main.phone.find("不能按").dispatch_event("click")
    main.phone.find("不能按").tap(force=True)
    assert main.entries() == []


def test_forms_gather_their_fields(main: Probe) -> None:
    main.phone.expect_error("small target")
    main.phone.tap("丙")
    main.phone.tap("交")
    sent = main.run("p.sent")
    assert sent == {
        "one": "v1",
        "radio": "a",
        "boxes": ["1"],
        "switch": True,
        "area": "tt",
        "slider": 30,
        "picker": "1",
        "day": "2026-01-02",
    }
    main.phone.fill("一", "anders")
    main.phone.tap("清")
    assert main.entries()[-1] == "reset"
    main.phone.tap("交")
    assert main.run("p.sent.one") == ""


def test_pickers(main: Probe) -> None:
    main.phone.pick("挑", "p")
    assert main.run("p.choice") == "0"
    main.phone.pick("日子", "2026-05-01")
    assert main.run("p.choice") == "2026-05-01"


def test_scrolling(main: Probe) -> None:
    main.node("scroller").evaluate("element => { element.scrollTop = 400; }")
    main.phone.page.wait_for_function("() => __mp.top().page.lowest")
    main.phone.scroll_down()
    main.phone.page.wait_for_function("() => __mp.top().page.bottom")
    assert main.run("[p.lowest, p.bottom]") == [True, True]


def test_hidden_selector_query_and_pictures(main: Probe) -> None:
    assert main.node("hidden").is_hidden()
    main.run("p.setData({hide: false})")
    assert main.node("hidden").is_visible()
    query = (
        "new Promise(done => p.createSelectorQuery().select('#expression').boundingClientRect().exec(done))"
    )
    assert main.run(query)[0]["width"] == 50
    main.phone.page.wait_for_function("() => __mp.top().page.picture")
    assert main.run("p.picture") == {"width": 4, "height": 2}
    assert main.node("picture").bounding_box()["height"] == 20  # type: ignore[index]


def test_pull_down_and_share(main: Probe) -> None:
    main.entries()
    main.phone.pull_down()
    main.phone.page.wait_for_function("() => __mp.top().page.entries.includes('onPullDownRefresh')")
    assert main.phone.share() == {"title": "分享", "path": "/pages/main/main"}


def test_a_component_as_a_page_gets_its_query_undecoded(main: Probe) -> None:
    main.phone.expect_error("small target")
    main.phone.tap("去下一页")
    main.phone.at("/pages/next/next")
    main.phone.title("下一页")
    assert main.text("received") == "1%202|中|"
    assert main.run("p.query") == {"x": "1%202", "y": "中"}
    main.phone.back()
    main.phone.at("/pages/main/main")
    assert main.run("p.selectComponent('#child').log.slice(-2)") == ["hide", "show"]


def test_pages_talk_through_the_event_channel(main: Probe) -> None:
    up = main.phone.page.evaluate(
        """() => new Promise(done => __mp.wx.navigateTo({
            url: '/pages/next/next', events: {up: done}, success: r => r.eventChannel.emit('hello', 'HI')}))"""
    )
    assert up == "UP"
    main.phone.see("||HI")


def test_background_and_foreground(main: Probe) -> None:
    main.entries()
    main.phone.hide()
    main.phone.show()
    assert main.entries() == ["onHide", "onShow"]
