package browser

import (
	"maps"
	"testing"

	"github.com/guise-go/guise"
)

// TestSchoolDesk is what a person sees and does on the demo: one process, one
// browser, and for each promise a window of its own.
func TestSchoolDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, promise := range []struct {
		name string
		test func(*testing.T, *desk)
	}{
		{"P8_EveryPageOfTheLab", everyPageOfTheLab},
		{"P8_LeavingWhereFormsAreForbidden", leavingWhereFormsAreForbidden},
		{"P8_TheBannerComesFirstInAStream", theBannerComesFirstInAStream},
		{"P8_TheBannerWhereverItIsRead", theBannerWhereverItIsRead},
		{"P8_RightToLeft", rightToLeft},
		{"P8_TheCoverSpeaksTheBannersLanguage", theCoverSpeaksTheBannersLanguage},
		{"P8_OnPaper", onPaper},
		{"P8_ForcedColors", forcedColors},
		{"P8_WithoutJavaScript", withoutJavaScript},
		{"P8_AScreenReaderMeetsTheBannerFirst", aScreenReaderMeetsTheBannerFirst},
		{"P8_TheTabKey", theTabKey},
		{"StaleTabsCoverThemselvesAtOnce", staleTabsCoverThemselvesAtOnce},
		{"AnEndThatOneTabSeesCoversTheOthers", anEndThatOneTabSeesCoversTheOthers},
		{"BackShowsNothingOfTheSubjects", backShowsNothingOfTheSubjects},
		{"TwoWindowsAreOnePerson", twoWindowsAreOnePerson},
		{"APrivateWindowKnowsNothing", aPrivateWindowKnowsNothing},
		{"AStoredScriptReachesNothingOfTheActors", aStoredScriptReachesNothingOfTheActors},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.test(t, d.fresh(t)) })
	}
}

// TestAwkwardPages is the same for pages that no demo should have.
func TestAwkwardPages(t *testing.T) {
	t.Parallel()
	pages := hostilePages()
	maps.Copy(pages, map[string]answer{
		"/worker.js": {"Content-Type: text/javascript", "self.onfetch = event => {}"},
		"/page":      {html: head + "<body><a href='/'>Home</a>"},
		"/strict":    {"Content-Security-Policy: default-src 'none'; img-src data:", head + "<body><p>strict"},
		"/fragment":  {html: fragment},
		"/xhtml":     {"Content-Type: application/xhtml+xml", xhtml},
	})
	for path, policy := range sandboxes {
		pages[path] = answer{"Content-Security-Policy: " + policy, head + "<body><p>in a sandbox"}
	}
	a := newApp(t, pages, guise.BannerFirst)
	for _, promise := range []struct {
		name string
		test func(*testing.T, *app)
	}{
		{"P8_NoStyleSheetHidesTheBanner", noStyleSheetHidesTheBanner},
		{"P8_NoStyleSheetHidesTheBannerWithoutScripts", noStyleSheetHidesTheBannerWithoutScripts},
		{"P8_ThePagesOwnHeaderStaysInSight", thePagesOwnHeaderStaysInSight},
		{"P8_APlaceOnThePageIsNotHidden", aPlaceOnThePageIsNotHidden},
		{"P8_TheBannerStaysOnTop", theBannerStaysOnTop},
		{"P8_InXHTML", inXHTML},
		{"P8_LeavingFromASandbox", leavingFromASandbox},
		{"P8_AFragmentHasTheBannerOnlyWhenItIsThePage", aFragmentHasTheBannerOnlyWhenItIsThePage},
		{"AStalePageBroughtToTheFrontAfterARevocationCoversItself", aStalePageBroughtToTheFrontAfterARevocationCoversItself},
		{"AskingUnderAStrictPolicyIsReportedOnce", askingUnderAStrictPolicyIsReportedOnce},
		{"AnotherImpersonationCoversThePagesOfTheFirst", anotherImpersonationCoversThePagesOfTheFirst},
		{"APageOutOfTheBrowsersMemoryIsLoadedAgain", aPageOutOfTheBrowsersMemoryIsLoadedAgain},
		{"BackAfterTheEndShowsNobodyElsesPage", backAfterTheEndShowsNobodyElsesPage},
		{"AStoredScriptLeavesNoServiceWorkerBehind", aStoredScriptLeavesNoServiceWorkerBehind},
		{"WithoutCookiesNothingBegins", withoutCookiesNothingBegins},
		{"AFrameOfAnotherHostShowsNothing", aFrameOfAnotherHostShowsNothing},
		{"AScriptThatTakesTheBannerAwayDoesNotTakeLeavingAway", aScriptThatTakesTheBannerAwayDoesNotTakeLeavingAway},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.test(t, a.fresh(t)) })
	}
}
