// The usual Go tutorial of a chat with JSON on gorilla/websocket: a struct is read, and written to everybody. Members that the struct does
// not have are lost on the way; members that are missing come back empty.
package main

import (
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

type Message struct {
	Email    string `json:"email"`
	Username string `json:"username"`
	Message  string `json:"message"`
}

var (
	mu        sync.Mutex
	clients   = map[*websocket.Conn]bool{}
	broadcast = make(chan Message)
	upgrader  = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
)

func handleConnections(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	mu.Lock()
	clients[ws] = true
	mu.Unlock()
	for {
		var msg Message
		if ws.ReadJSON(&msg) != nil {
			mu.Lock()
			delete(clients, ws)
			mu.Unlock()
			return
		}
		broadcast <- msg
	}
}

func handleMessages() {
	for msg := range broadcast {
		mu.Lock()
		for client := range clients {
			if client.WriteJSON(msg) != nil {
				client.Close()
				delete(clients, client)
			}
		}
		mu.Unlock()
	}
}

func main() {
	http.HandleFunc("/ws", handleConnections)
	go handleMessages()
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
