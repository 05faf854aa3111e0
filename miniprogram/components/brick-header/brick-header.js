/**
 * The face of a brick in its wall: who it is about.
 *
 * Properties:
 *   brick   small line above the name ('1 号砖，全墙 71 块'), may be empty
 *   name    the name, or a heading
 *   lines   more lines: post, group, branch
 *   filled  per cent done, 0 to 100; -1 draws no track
 *   grey    true for a brick that is retired, blank or unknown
 */

Component({
  properties: {
    brick: { type: String, value: '' },
    name: { type: String, value: '' },
    lines: { type: Array, value: [] },
    filled: { type: Number, value: -1 },
    grey: { type: Boolean, value: false },
  },
});
