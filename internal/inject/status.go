package inject

import "net/http"

// Status is what the application answered: 200 when it wrote without saying,
// 0 when it has answered nothing yet.
func (x *Response) Status() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, _, conn := x.life.state(); conn != nil && x.status == 0 {
		return http.StatusSwitchingProtocols // the application took over the connection
	}
	return x.status
}
