// coder/websocket's chat example: the socket is for listening alone, and who writes into it is cut off; a line is a POST to /publish.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/coder/websocket"
)

type chatServer struct {
	mu          sync.Mutex
	subscribers map[chan []byte]struct{}
}

func (cs *chatServer) publish(w http.ResponseWriter, r *http.Request) {
	msg, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8192))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for msgs := range cs.subscribers {
		select {
		case msgs <- msg:
		default:
		}
	}
	w.WriteHeader(http.StatusAccepted)
}

func (cs *chatServer) subscribe(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer c.CloseNow()
	msgs := make(chan []byte, 16)
	cs.mu.Lock()
	cs.subscribers[msgs] = struct{}{}
	cs.mu.Unlock()
	defer func() {
		cs.mu.Lock()
		delete(cs.subscribers, msgs)
		cs.mu.Unlock()
	}()
	ctx := c.CloseRead(r.Context())
	for {
		select {
		case msg := <-msgs:
			if writeTimeout(ctx, c, msg) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func writeTimeout(ctx context.Context, c *websocket.Conn, msg []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return c.Write(ctx, websocket.MessageText, msg)
}

func main() {
	cs := &chatServer{subscribers: map[chan []byte]struct{}{}}
	http.HandleFunc("/subscribe", cs.subscribe)
	http.HandleFunc("/publish", cs.publish)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
