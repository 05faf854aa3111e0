/** Calls of the branch's staff; an ended sign-in leads back to the door. */

const { ApiError, toApiError } = require('../utils/errors.js');
const { request } = require('../utils/request.js');
const session = require('../utils/session.js');

const SIGN_IN = '/branch/sign-in/sign-in';

/** @returns {boolean} whether somebody of the staff is signed in here */
function isSignedIn() {
  const staff = session.staff();
  return Boolean(staff && staff.complete);
}

/** Lead to the door; whoever opens the desk again afterwards starts anew. */
function toDoor() {
  wx.redirectTo({ url: SIGN_IN });
}

/**
 * Call the server as staff. When the sign-in ended meanwhile the door opens, and the error still
 * says so.
 *
 * @param {import('../utils/request.js').Call} call
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
async function ask(call) {
  if (!isSignedIn()) {
    toDoor();
    throw new ApiError('请先登录', 'staff.ended', { status: 401 });
  }
  try {
    return await request(Object.assign({ auth: 'staff' }, call));
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.status === 401) toDoor();
    throw error;
  }
}

module.exports = { ask, isSignedIn, toDoor };
