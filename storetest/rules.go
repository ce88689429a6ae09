package storetest

// rules is the contract of guise.Store, word for word, with its checks.
func rules() []rule {
	return []rule{
		{"Rule01", "A write takes its event and both are stored, or neither is.", []check{
			{"each write stores its event", eachWriteStoresItsEvent, false},
			{"a start that fails leaves nothing", failedStartLeavesNothing, false},
			{"an event that panics ends nothing", panickingEventEndsNothing, false},
		}},
		{"Rule02", "When a write returns nil, what it wrote survives a crash.", []check{
			{"what was written is there for everyone", writtenIsThereForEveryone, true},
		}},
		{"Rule03", "Events get the numbers 1, 2, 3, … in the order in which they became durable, are linked by [Event.Chained], and are never changed.", []check{
			{"every kind of write adds to one chain", everyWriteAddsToOneChain, false},
			{"racing writers make one chain", racingWritersMakeOneChain, true},
			{"an event reads the same later", eventReadsTheSameLater, false},
		}},
		{"Rule04", "A context that is over is an error, and nothing is half done.", []check{
			{"every method", cancelledContext, false},
			{"contexts that end at any moment", contextsThatEndAtAnyMoment, true},
		}},
		{"Rule05", "Values come back as they went in; times in whole microseconds, UTC. A text is valid UTF-8 without NUL; a store may refuse any other.", []check{
			{"every field of an impersonation", everyFieldOfAnImpersonation, false},
			{"every field of an event", everyFieldOfAnEvent, false},
			{"times", times, false},
			{"odd texts", oddTexts, false},
			{"what a store can't keep", textsThatNotEveryStoreKeeps, false},
			{"who people are, not what they may", identitiesOnly, false},
			{"every method answers alike", everyMethodAnswersAlike, false},
		}},
		{"Rule06", "With a ParentID, the parent must be active and in use (the last of its stack); else the error is [ErrNotRunning]. From then on the parent has no token: nothing resolves to it.", []check{
			{"the parent loses its token", parentLosesItsToken, false},
			{"a parent that can't be", parentThatCantBe, false},
			{"of racing children one is born", racingChildren, true},
		}},
		{"Rule07", "Without a ParentID, and with MaxRunning > 0, it fails with a [*RunningError] when the actor has MaxRunning active stacks already; of any number of racing starts no more than that succeed.", []check{
			{"the one too many", oneTooMany, false},
			{"what doesn't count", whatDoesNotCount, false},
			{"no limit", noLimit, false},
			{"forty racing starts make one", fortyRacingStarts(1), true},
			{"forty racing starts make three", fortyRacingStarts(3), true},
		}},
		{"Rule08", "A call of any method that can't be stored as it stands is refused whole: one with an ID or a token that is empty or taken, a State that isn't the method's, or a StackID other than the parent's (without a parent, other than the ID).", []check{
			{"starts", unfitStarts, false},
			{"refused attempts", unfitTries, false},
			{"a resume token", unfitResume, false},
		}},
		{"Rule09", "One that isn't active and in use is [ErrNotRunning].", []check{
			{"one in use changes", modeChanges, false},
			{"no other does", modeOfOthers, false},
		}},
		{"Rule10", "Without a Resume token, the whole stack of the named impersonation ends, all with the same cause. With one, only the named impersonation and those above it end, and the one below it, if any, is in use again: it has this token, and was last seen at At.", []check{
			{"whichever is named, the stack ends", wholeStackEnds, false},
			{"resume at the top", resumeAtTheTop, false},
			{"resume in the middle", resumeInTheMiddle, false},
			{"resume at the bottom", resumeAtTheBottom, false},
			{"a link that ended before is left alone", endedLinkLeftAlone, false},
			{"other stacks go on", otherStacksGoOn, false},
		}},
		{"Rule11", "Each impersonation ends once: of any number of racing calls, in any number of processes, exactly one returns it. One that is over already, or unknown, gives an empty answer and no error.", []check{
			{"over already, or unknown", overAlready, false},
			{"forty racing ends make one", fortyRacingEnds, true},
			{"forty racing ends of a stack", fortyRacingEndsOfAStack, true},
			{"an end races a start on top", endRacesStart, true},
		}},
		{"Rule12", "With SeenBy set, nothing ends when the one in use was seen after it.", []check{
			{"seen before, then, and after", seenBy, false},
			{"in a stack", seenByInAStack, false},
		}},
		{"Rule13", "For each that ends, the event that Event makes of it is stored, once. Event may also be called for one that this call does not end.", []check{
			{"in the order of the stack, as it is afterwards", eventOfEach, false},
			{"not for one that doesn't end", noEventOfOthers, true},
		}},
		{"Rule14", "An ended impersonation is found by its token too, so that a page can say what happened; it comes alone. An unknown token is [ErrNotFound].", []check{
			{"a stack, the first at the front", resolveStack, false},
			{"one that ended comes alone", resolveEnded, false},
			{"unknown tokens", resolveUnknown, false},
			{"ended here is ended there", endedHereIsEndedThere, true},
		}},
		{"Rule15", "LastSeenAt never goes back. One that isn't active and in use is [ErrNotRunning].", []check{
			{"forward only", touchForwardOnly, false},
			{"nor when it is resumed", resumeNeverGoesBack, false},
			{"racing touches", racingTouches, true},
			{"no other is touched", touchOthers, false},
		}},
		{"Running", "Running returns the impersonations in use, of one actor or, with an empty actorID, of all, the newest start first, at most limit.", []check{
			{"those in use, newest first", running, false},
		}},
		{"Due", "Due returns, of those in use, at most limit whose ExpiresAt is not after now, or whose LastSeenAt is not after idleSince (unless that is zero).", []check{
			{"expired or idle", due, false},
			{"only those in use", dueInUse, false},
		}},
		{"Rule16", "An unknown ID counts as ended.", []check{
			{"among many", endedAmongMany, false},
		}},
		{"Rule17", "Only the newest events of each are looked at, at most newest of them, so that it costs the same however long one runs. One without an event is not in the answer.", []check{
			{"requests, writes and the last", progressOfEach, false},
			{"the newest alone", progressOfTheNewest, false},
			{"of many, in part unknown", progressAmongMany, false},
		}},
		{"Rule18", "All of them, in this order, or none.", []check{
			{"in this order, with no other between", appendKeepsTogether, true},
			{"none at all", appendNone, false},
		}},
		{"Impersonation", "Impersonation returns one impersonation or refused attempt, or [ErrNotFound].", []check{
			{"one of either, or neither", oneImpersonation, false},
		}},
		{"Rule19", "Following Next finds each exactly once. A cursor that this store did not make is [ErrBadCursor].", []check{
			{"pages of every size, with equal starts", pages, false},
			{"while more are started", pagesWhileMoreStart, false},
			{"the size of a page", pageSize, false},
			{"made-up cursors", madeUpCursors, false},
			{"narrowed by field", narrowedByField, false},
			{"narrowed by text", narrowedByText, false},
		}},
		{"Rule20", "With Brief, each has at least its ID, State, StartedAt and Actor.", []check{
			{"as without, in pages like those", briefPages, false},
		}},
		{"Events", "Events returns the events of one impersonation or, with an empty ID, of all, with a Seq above after, in the order of Seq, at most limit.", []check{
			{"of one, of all, in parts", events, false},
		}},
		{"Rule21", "The newest comes first, and the Seq of the last leads on to those before it: each is found once, and it costs the same however long the log is.", []check{
			{"of all, in parts", beside, false},
		}},
		{"Head", "Head returns the number and the hash of the newest event; zeros when there is none.", []check{
			{"empty, then the newest", head, false},
		}},
		{"Rule22", "The events that go are the longest run, from the oldest on, of events whose Time is before Before and whose impersonation, if any, isn't active; at most Limit of them. A purged event goes like any other, but a run of purged events alone stays.", []check{
			{"what is before, and not what comes then", purgeBefore, false},
			{"up to the first that must stay", purgeStopsAtTheFirstThatStays, false},
			{"an active impersonation stays", purgeKeepsTheActive, false},
			{"in steps", purgeInSteps, false},
			{"without a limit", purgeWithoutALimit, false},
			{"a purged event goes, but not alone", purgeOfPurges, false},
		}},
		{"Rule23", "With them go the impersonations and refused attempts that they were about and that have no event left; never an active one.", []check{
			{"those without an event", purgeTakesRows, false},
			{"a stack", purgeOfAStack, false},
			{"nothing resolves to one that went", purgedIsUnknown, true},
		}},
		{"Rule24", "Event is called once with what goes, and its event, to which the store adds PurgedTo and PurgedHash, is stored together with that. When nothing goes, nothing is stored and the answer is zero.", []check{
			{"the event", eventOfAPurge, false},
			{"all of the log", purgeOfAll, false},
			{"nothing to delete", purgeOfNothing, false},
			{"an event that panics deletes nothing", panickingEventPurgesNothing, false},
		}},
		{"Rule25", "Of any number of racing calls, in any number of processes, exactly one deletes each event.", []check{
			{"forty racing purges", fortyRacingPurges, true},
			{"while others write", purgeRacesWriters, true},
		}},
		{"Rule26", "A set that nobody has added to is empty, and has each member once.", []check{
			{"each once, each set by itself", tallyCountsEachOnce, false},
		}},
		{"Rule27", "It never has more than Max members; any beyond that are left out, the last first.", []check{
			{"it ends at Max", tallyEndsAtMax, false},
		}},
		{"Rule28", "When this call makes it have Max members, its event is stored together with them; else no event is. Of any number of racing calls, in any number of processes, each sees what those before it added.", []check{
			{"one event", tallyLeavesOneEvent, false},
			{"racing calls", tallyRaces, true},
		}},
		{"Rule29", "A set is forgotten by the first call, about whichever set, whose Now is [TallyKept] or more after its Until.", []check{
			{"a day later", tallyIsForgotten, false},
		}},
	}
}
